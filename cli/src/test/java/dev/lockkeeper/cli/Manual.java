package dev.lockkeeper.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Manual pages in the format of man(7), made from what the commands say of themselves. */
record Manual(Map<String, CommandSpec> commands) {
    /** The page of the program, with all commands. */
    String top(String exitCodes) {
        StringBuilder page = head("lockkeeper", "apply PostgreSQL migrations and prove their rollbacks")
                .append(".SH SYNOPSIS\n.B lockkeeper\n.I COMMAND\n[\\fIOPTIONS\\fR]\n.SH COMMANDS\n");
        commands.forEach((name, spec) -> page.append(".TP\n.BR lockkeeper\\-")
                .append(text(name))
                .append(" (1)\n")
                .append(line(sentence(spec))));
        return page.append(".SH EXIT STATUS\n.nf\n")
                .append(text(exitCodes.strip()))
                .append("\n.fi\n.SH SEE ALSO\n.BR psql (1)\n")
                .toString();
    }

    /** The page of one command. */
    String page(String command) {
        CommandSpec spec = Objects.requireNonNull(commands.get(command), command);
        StringBuilder page = head("lockkeeper-" + command, sentence(spec).replaceAll("\\.$", ""))
                .append(".SH SYNOPSIS\n.B lockkeeper ")
                .append(text(command))
                .append("\n[\\fIOPTIONS\\fR]");
        for (PositionalParamSpec argument : spec.positionalParameters()) {
            page.append(argument.required() ? " \\fI" : " [\\fI")
                    .append(text(argument.paramLabel()))
                    .append(argument.required() ? "\\fR" : "\\fR]");
        }
        page.append("\n.SH DESCRIPTION\n")
                .append(line(description(spec.usageMessage().description())));
        for (PositionalParamSpec argument : spec.positionalParameters()) {
            page.append(".TP\n.I ")
                    .append(text(argument.paramLabel()))
                    .append('\n')
                    .append(line(description(argument.description())));
        }
        for (String group : CommandHelp.groups()) {
            List<OptionSpec> options = CommandHelp.of(group, spec.options());
            if (!options.isEmpty()) {
                page.append(".SH ").append(group.toUpperCase(Locale.ROOT)).append('\n');
                options.forEach(option -> page.append(option(option)));
            }
        }
        page.append(".SH EXAMPLES\n.nf\n");
        for (String example : spec.usageMessage().footer()) {
            page.append(text(example.strip())).append('\n');
        }
        return page.append(".fi\n.SH SEE ALSO\n.BR lockkeeper (1)\n").toString();
    }

    private static String option(OptionSpec option) {
        StringBuilder entry = new StringBuilder(".TP\n\\fB")
                .append(text(String.join(", ", option.names())))
                .append("\\fR");
        if (option.arity().max() > 0) {
            boolean optional = option.arity().min() == 0;
            entry.append(optional ? "[=" : " ")
                    .append("\\fI")
                    .append(text(option.paramLabel()))
                    .append("\\fR");
            entry.append(optional ? "]" : "");
        }
        return entry.append('\n')
                .append(line(description(option.description())))
                .toString();
    }

    private static StringBuilder head(String name, String purpose) {
        return new StringBuilder(".TH \"")
                .append(name.toUpperCase(Locale.ROOT))
                .append("\" 1 \"\" \"Lockkeeper\" \"Lockkeeper Manual\"\n.SH NAME\n")
                .append(text(name))
                .append(" \\- ")
                .append(text(purpose))
                .append('\n');
    }

    private static String sentence(CommandSpec spec) {
        return description(spec.usageMessage().description())
                .split("(?<=[.;])\\s", 2)[0]
                .replaceAll(";$", ".");
    }

    private static String description(String... lines) {
        return String.join(" ", lines).replace("%%", "%").replace("%n", " ");
    }

    private static String line(String text) {
        return text(text) + "\n";
    }

    /** A hyphen is a minus here, as it is typed; a point or quote in the first column would be a request. */
    private static String text(String text) {
        return text.replace("\\", "\\e").replace("-", "\\-").replaceAll("(?m)^([.'])", "\\\\&$1");
    }
}
