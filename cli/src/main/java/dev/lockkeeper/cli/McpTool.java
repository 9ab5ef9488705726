package dev.lockkeeper.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A command that programs may run, and what they may say of it. Whatever they say, the command, its project and its environment are
 * those that are fixed here.
 *
 * @param fixed the words that always stand there, the command first
 * @param arguments what the caller may say beside
 * @param startsServer whether it starts a PostgreSQL to find the answer, and may run scripts of the project there; these can do what
 *     such a server can, such as start a program
 */
record McpTool(String name, String description, List<String> fixed, List<McpArgument> arguments, boolean startsServer) {
    /** By which the rest of a long answer is asked for. */
    static final String FROM = "from";

    private static final McpArgument REST =
            McpArgument.number(FROM, "", 0, "leave out so many characters: for the rest of an answer that was cut");

    /** What JSON Schema says of the arguments as a whole: nothing else may be there. */
    Map<String, Object> schema() {
        Map<String, Object> properties = new LinkedHashMap<>();
        arguments.forEach(argument -> properties.put(argument.name(), argument.schema()));
        properties.put(REST.name(), REST.schema());
        return new TreeMap<>(Map.of("type", "object", "properties", properties, "additionalProperties", false));
    }

    /**
     * The command with its words.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code usage} when a value could be taken for an option
     */
    List<String> words(Map<String, Object> given) {
        List<String> words = new ArrayList<>(fixed);
        arguments.forEach(argument -> argument.words(given.get(argument.name())).forEach(words::add));
        words.add(Options.OUTPUT + "=json");
        return words;
    }
}
