package dev.lockkeeper.cli;

import dev.lockkeeper.describe.erd.Diagram;
import dev.lockkeeper.describe.erd.Erd;
import dev.lockkeeper.describe.erd.Format;
import dev.lockkeeper.describe.erd.Hub;
import dev.lockkeeper.problem.Category;
import dev.lockkeeper.report.Json;
import dev.lockkeeper.report.PlanReport;
import dev.lockkeeper.report.Style;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** {@code lockkeeper erd}: a picture of the tables and of what ties them. */
final class ErdCommand implements Command {
    private static final String SCHEMA = "lockkeeper/erd/v1";

    private final Map<String, String> variables;

    ErdCommand(Map<String, String> variables) {
        this.variables = variables;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = ModelSource.options(Options.command(
                        "erd",
                        "Draws the tables of a schema and what ties them: all, those of some schemas, or what is around one"
                                + " table. The same schema gives the same bytes. Reads a database only where --database names"
                                + " one, and changes none."))
                .addOption(Options.text(
                        ErdRequest.LEVEL,
                        "LEVEL",
                        "how much of each table: names, keys (default), or all for every column"))
                .addOption(Options.text(
                        ErdRequest.TABLE,
                        "SCHEMA.TABLE",
                        "this table with all its columns, and the tables that it is tied to"))
                .addOption(Options.text(
                        ErdRequest.DEPTH,
                        "N",
                        "with --table: tables that are at most this many keys away (default: 1)"))
                .addOption(
                        Options.repeated(
                                ErdRequest.SCHEMA,
                                "NAME",
                                "only this schema; may be repeated (default: all but those that docs: excludes in lockkeeper.yaml)"))
                .addOption(Options.text(
                        ErdRequest.FORMAT,
                        "FORM",
                        String.join(", ", Format.keys()) + " (default: by the name of --out, or svg)"))
                .addOption(Options.text(
                        ErdRequest.OUT,
                        "FILE",
                        "write this file instead of standard output; a folder gets a file of each form"))
                .addOption(OptionSpec.builder(Options.CHECK)
                        .description("with --out: write nothing, and exit with 3 when what is there is out of date")
                        .build());
        return Options.examples(
                spec,
                "lockkeeper erd --out erd.svg",
                "lockkeeper erd --table app.t2 --depth 2 --out t2.html",
                "lockkeeper erd --level names --format dot",
                "lockkeeper erd --out docs",
                "lockkeeper erd --database postgresql://me@localhost/shop --format dbml");
    }

    @Override
    public int run(ParseResult arguments, Terminal terminal) {
        ErdRequest request = ErdRequest.of(arguments);
        ModelSource source = source(arguments, terminal);
        Diagram diagram = request.diagram(source);
        if (request.out() == null) {
            String text = request.text(source, diagram);
            terminal.result(text.stripTrailing());
            terminal.result(
                    SCHEMA,
                    json -> tell(json, diagram)
                            .array("files", List.<Path>of(), (j, file) -> {})
                            .put("text", text));
            return 0;
        }
        GeneratedFiles files = new GeneratedFiles(request.files(source, diagram), Erd.MARK);
        boolean check = arguments.hasMatchedOption(Options.CHECK);
        List<GeneratedFiles.Looked> looked = check ? files.look() : files.write();
        List<String> lines = new ArrayList<>();
        looked.forEach(one -> lines.add(one.line(check)));
        boolean stale = check && looked.stream().anyMatch(one -> one.state() != GeneratedFiles.State.CURRENT);
        lines.add(stale ? "Next: the same command without --check writes them" : told(diagram));
        terminal.result(lines);
        terminal.result(
                SCHEMA,
                json -> tell(json, diagram)
                        .array("files", looked, (j, one) -> one.json(j))
                        .put("text", (String) null));
        return stale ? Category.FINDINGS.exitCode() : 0;
    }

    /** What the documents of the project leave out is drawn only where its schema is asked for. */
    private ModelSource source(ParseResult arguments, Terminal terminal) {
        ModelSource source = ModelSource.of(arguments, variables, terminal);
        boolean plain = arguments.hasMatchedOption(Options.MIGRATIONS) || arguments.hasMatchedOption(ErdRequest.SCHEMA);
        return plain ? source : source.without(Documenting.left(Workplace.described(arguments)));
    }

    private static String told(Diagram diagram) {
        String told = PlanReport.count(diagram.boxes().size(), "table") + ", "
                + PlanReport.count(diagram.drawn(), "foreign key") + " drawn";
        for (Hub hub : diagram.hubs()) {
            told += ", " + PlanReport.count(hub.keys(), "key") + " to "
                    + Style.line(hub.name().toString()) + " marked";
        }
        return told + (diagram.more() > 0 ? ", " + diagram.more() + " more" : "");
    }

    private static Json tell(Json json, Diagram diagram) {
        return json.put("tables", diagram.boxes().size())
                .put("drawn", diagram.drawn())
                .put("marked", diagram.marked())
                .put("more", diagram.more())
                .array(
                        "hubs",
                        diagram.hubs(),
                        (j, hub) -> j.put("schema", hub.name().schema())
                                .put("table", hub.name().name())
                                .put("keys", hub.keys()));
    }
}
