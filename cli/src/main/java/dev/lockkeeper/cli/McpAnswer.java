package dev.lockkeeper.cli;

import dev.lockkeeper.problem.Category;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * What a tool answers.
 *
 * @param texts the object of the command, or a part of it, and what is to be said beside
 * @param isError whether the command could not do its work; findings are no error
 */
record McpAnswer(List<String> texts, boolean isError) {
    /** How many characters of an object are given at once; more would fill what an assistant can remember. */
    static final int LONGEST = 50_000;

    /**
     * Runs a command with streams of its own.
     *
     * @param from how many characters of its object are left out
     */
    static McpAnswer of(List<String> words, int from, Map<String, String> variables) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exitCode;
        try (PrintStream o = new PrintStream(out, false, StandardCharsets.UTF_8);
                PrintStream e = new PrintStream(err, false, StandardCharsets.UTF_8)) {
            exitCode = new CommandLineInterface(variables, new Properties(), o, e).run(words.toArray(String[]::new));
        }
        String object = out.toString(StandardCharsets.UTF_8).strip();
        boolean done = exitCode == 0 || exitCode == Category.FINDINGS.exitCode();
        boolean isError = !done || object.isEmpty() || object.startsWith("{\"schema\":\"" + Terminal.ERROR + "\"");
        return part(object.isEmpty() ? err.toString(StandardCharsets.UTF_8) : object, from, exitCode, isError);
    }

    static McpAnswer part(String all, int from, int exitCode, boolean isError) {
        List<String> texts = new ArrayList<>();
        int begin = boundary(all, from);
        int end = boundary(all, (int) Math.min((long) begin + LONGEST, all.length()));
        texts.add(all.substring(begin, end));
        if (begin > 0 || end < all.length()) {
            texts.add("This is a part: characters " + begin + " to " + end + " of " + all.length() + "."
                    + (end < all.length()
                            ? " Call again with " + McpTool.FROM + " " + end + " for the next one."
                            : ""));
        }
        if (exitCode != 0) {
            texts.add("The command ended with exit code " + exitCode + ".");
        }
        return new McpAnswer(List.copyOf(texts), isError);
    }

    /** Not between the halves of a character. */
    private static int boundary(String text, int at) {
        int within = Math.min(at, text.length());
        boolean halves = within > 0
                && within < text.length()
                && Character.isSurrogatePair(text.charAt(within - 1), text.charAt(within));
        return halves ? within - 1 : within;
    }
}
