package dev.lockkeeper.cli;

import dev.lockkeeper.check.LintReport;
import dev.lockkeeper.check.RuleText;
import dev.lockkeeper.check.report.Annotations;
import dev.lockkeeper.check.report.Comment;
import dev.lockkeeper.check.report.JUnitXml;
import dev.lockkeeper.check.report.Sarif;
import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Nearest;
import dev.lockkeeper.problem.Problem;
import dev.lockkeeper.source.ScriptReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * In which forms findings are written, and where to.
 *
 * @param files by the form; an empty name is standard output
 */
record Reports(Map<String, String> files) {
    static final String REPORT = "--report";
    private static final List<String> FORMS = List.of("sarif", "junit", "github", "gitlab", "markdown");

    static OptionSpec option() {
        return Options.repeated(
                REPORT,
                "FORM=FILE",
                "write the findings to a file too, as " + String.join(", ", FORMS)
                        + "; without =FILE to standard output; may be repeated");
    }

    static Reports of(ParseResult arguments) {
        Map<String, String> files = new LinkedHashMap<>();
        for (String report : Options.values(arguments, REPORT)) {
            int equals = report.indexOf('=');
            String form = equals < 0 ? report : report.substring(0, equals);
            if (!FORMS.contains(form)) {
                throw Problem.of(Code.USAGE, "findings have no form " + form)
                        .help(Nearest.to(form, FORMS)
                                .map(n -> "did you mean " + n + "?")
                                .orElse("known are " + String.join(", ", FORMS)))
                        .asException();
            }
            files.put(form, equals < 0 ? "" : report.substring(equals + 1));
        }
        return new Reports(files);
    }

    /** Whether one of them takes the place of the text on standard output. */
    boolean replacesText() {
        return files.entrySet().stream()
                .anyMatch(file -> file.getValue().isEmpty() && !file.getKey().equals("github"));
    }

    void write(LintReport report, List<RuleText> rules, Terminal terminal) {
        files.forEach((form, file) -> {
            String text = switch (form) {
                case "sarif" -> new Sarif(rules, TopHelp.version()).text(report);
                case "junit" -> JUnitXml.text(report);
                case "github" -> String.join("\n", Annotations.gitHub(report));
                case "gitlab" -> Annotations.gitLab(report);
                default -> String.join("\n", Comment.text(report));
            };
            if (!file.isEmpty()) {
                write(Workplace.path(file), "the findings", text + "\n");
            } else if (!text.isEmpty()) {
                terminal.print(text);
            }
        });
    }

    /** @param what is written, in the plural */
    static void write(Path file, String what, String text) {
        try {
            Files.writeString(file, text, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Problem.of(
                            Code.FILE_UNREADABLE,
                            what + " could not be written to " + ScriptReader.display(file) + ": " + e)
                    .help("name a file in a folder that exists and can be written to")
                    .asException(e);
        }
    }
}
