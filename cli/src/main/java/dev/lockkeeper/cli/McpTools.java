package dev.lockkeeper.cli;

import dev.lockkeeper.project.Component;
import dev.lockkeeper.project.Project;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * All that programs may ask of a project. Each is a command that reads: none that writes stands here, and of those that do no option by
 * which they would.
 *
 * @param tools each with a name of its own
 */
record McpTools(List<McpTool> tools) {
    private static final String VERSION = "^[0-9A-Za-z][0-9A-Za-z_.]{0,99}$";

    /**
     * The tools for a project.
     *
     * @param folder of the project, or its file, as it was named
     * @param environment the only one; empty when callers choose among those of the project
     */
    static McpTools of(Project project, String folder, String environment) {
        String place = Options.PROJECT + "=" + folder;
        Set<String> environments = new TreeSet<>(project.environments().keySet());
        // which is there without being declared
        environments.add("local");
        List<McpArgument> where = new ArrayList<>();
        Stream<String> fixed = Stream.of(place);
        if (environment.isEmpty()) {
            where.add(McpArgument.choice(
                    "environment",
                    Options.ENVIRONMENT,
                    environments,
                    "an environment of the project; without it what the variables of the server say, or local"));
        } else {
            fixed = Stream.of(place, Options.ENVIRONMENT + "=" + environment);
        }
        List<String> words = fixed.toList();
        where.add(McpArgument.several(
                McpArgument.choice(
                        "component",
                        Options.COMPONENT,
                        project.components().stream().map(Component::name).toList(),
                        "a component of the project"),
                "only these components; without it all"));
        return new McpTools(List.of(
                new McpTool(
                        "status",
                        "Which migrations are applied to a database, pending, altered, missing or unfinished.",
                        after("status", words),
                        where,
                        false),
                new McpTool(
                        "plan",
                        "What apply or rollback would do with a database, step by step, and what data it would take away."
                                + " Nothing is run.",
                        after("plan", words),
                        and(
                                where,
                                McpArgument.text("to", Options.TO, VERSION, "stop at this version"),
                                McpArgument.flag("rollback", PlanCommand.ROLLBACK, "plan a rollback instead"),
                                McpArgument.number(
                                        "steps", Options.STEPS, 1, "with rollback: how many migrations go back")),
                        false),
                new McpTool(
                        "lint",
                        "Judges migrations by rules: what stops others, loses data, breaks programs. Runs their scripts on a"
                                + " throw-away server, but with text none, and touches no database of the project.",
                        after("lint", words),
                        and(
                                where,
                                McpArgument.text(
                                        "after",
                                        Selection.AFTER,
                                        VERSION,
                                        "tell only of what comes after this version"),
                                McpArgument.text("to", Options.TO, VERSION, "go no further than this version"),
                                McpArgument.flag("text", LintCommand.TEXT, "judge the text alone, without a server")),
                        true),
                new McpTool(
                        "explain",
                        "What codes of problems, SQLSTATEs and rules mean, with an example and the ways out; without codes a list.",
                        List.of("explain"),
                        List.of(McpArgument.several(
                                McpArgument.text("codes", "", "^[A-Za-z0-9][A-Za-z0-9-]{0,63}$", "a code"),
                                "such as partly-applied, 42P07 or LK01; rules for all rules")),
                        false),
                new McpTool(
                        "drift",
                        "What a database has apart from what its history says it must be, object by object. Runs the scripts that"
                                + " were applied on a throw-away server.",
                        after("drift", words),
                        where,
                        true),
                new McpTool(
                        "docs",
                        "The documents of the database: show lists the pages, or with page gives the text of one; coverage tells"
                                + " what has no comment; validate whether the documents are true: these two run the scripts on a throw-away"
                                + " server.",
                        List.of("docs", place),
                        List.of(
                                McpArgument.action(
                                        "action", List.of("show", "coverage", "validate"), "what is asked for"),
                                McpArgument.text(
                                        "page", "", "^[^-].{0,299}$", "show: the path of a page as the list has it")),
                        true)));
    }

    private static List<String> after(String command, List<String> words) {
        return Stream.concat(Stream.of(command), words.stream()).toList();
    }

    private static List<McpArgument> and(List<McpArgument> first, McpArgument... more) {
        return Stream.concat(first.stream(), Stream.of(more)).toList();
    }
}
