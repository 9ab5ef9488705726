package dev.lockkeeper.cli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Arranges the help of one command: its own options first, then those that many commands have, as wide as there is room. */
final class CommandHelp {
    private static final int NARROWEST = 60;
    private static final int WIDEST = 120;
    private static final String OWN = "Options";
    private static final String TARGET = "Project and database";
    private static final String OUTPUT = "Output";
    private static final Map<String, List<String>> SHARED = Map.of(
            TARGET,
            List.of(
                    Options.PROJECT,
                    Options.COMPONENT,
                    Options.ENVIRONMENT,
                    Options.DATABASE,
                    Options.AWAIT,
                    Options.SET),
            OUTPUT,
            List.of(Options.NOTICES, Options.OUTPUT, Options.COLOR, "--help"));

    private CommandHelp() {}

    /**
     * @param columns how wide the terminal is, as {@code COLUMNS} has it; anything else than a number means 80
     */
    static void arrange(CommandLine parser, String columns) {
        if (columns.matches("[1-9]\\d{0,4}")) {
            parser.setUsageHelpWidth(Math.max(NARROWEST, Math.min(WIDEST, Integer.parseInt(columns))));
        }
        parser.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING, help -> "");
        parser.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, CommandHelp::options);
    }

    /** The groups in their order, without those that the command has nothing of. */
    static List<String> groups() {
        return List.of(OWN, TARGET, OUTPUT);
    }

    /** The options of a group, in the order in which they are declared. */
    static List<OptionSpec> of(String group, List<OptionSpec> options) {
        return options.stream()
                .filter(option -> group.equals(OWN)
                        ? SHARED.values().stream().noneMatch(names -> names.contains(option.longestName()))
                        : SHARED.getOrDefault(group, List.of()).contains(option.longestName()))
                .toList();
    }

    private static String options(Help help) {
        StringBuilder text = new StringBuilder();
        List<OptionSpec> all = help.commandSpec().options();
        for (String group : groups()) {
            List<OptionSpec> chosen = of(group, all);
            if (!chosen.isEmpty()) {
                Help.Layout layout = help.createDefaultLayout(all, List.of(), help.colorScheme());
                layout.addOptions(chosen, help.parameterLabelRenderer());
                text.append(System.lineSeparator())
                        .append(group)
                        .append(':')
                        .append(System.lineSeparator())
                        .append(layout);
            }
        }
        return text.toString();
    }
}
