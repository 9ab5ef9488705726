package dev.lockkeeper.sql;

import dev.lockkeeper.problem.Code;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Commands that psql carries out itself and the server never sees. */
final class PsqlCommand {
    /** pg_dump puts them around its output since August 2025 (17.6 and its siblings); they do nothing to a database. */
    private static final Pattern HARMLESS = Pattern.compile("\\\\(un)?restrict[ \t]+[A-Za-z0-9]+[ \t\r]*");

    private static final Pattern NAME = Pattern.compile("\\\\(?:[A-Za-z_]+\\+?|[;:.!?])?");

    private PsqlCommand() {}

    static boolean isHarmless(String line) {
        return HARMLESS.matcher(line).matches();
    }

    /** @param line the backslash and what follows it up to the end of the line */
    static SqlFlaw flaw(String line, int offset) {
        Matcher matcher = NAME.matcher(line);
        String name = matcher.lookingAt() ? matcher.group() : "\\";
        return new SqlFlaw(Code.BACKSLASH_COMMAND, offset, message(name), help(name));
    }

    private static String message(String name) {
        return switch (name) {
            case "\\" -> "a backslash stands outside of quotes";
            case "\\." -> "\\. ends the data of a COPY ... FROM STDIN, and there is none before it";
            default -> name + " is a command for psql, and the server does not know it";
        };
    }

    private static String help(String name) {
        return switch (name) {
            case "\\i", "\\ir", "\\include", "\\include_relative" ->
                "make the included file a migration of its own, or put its text here";
            case "\\set", "\\unset", "\\gset", "\\getenv", "\\prompt" ->
                "declare a token in lockkeeper.yaml and write ${name} where the value belongs";
            case "\\copy" -> "write COPY ... FROM STDIN; and put the data on the lines after it, ended by a line \\.";
            case "\\c", "\\connect" -> "make a component for each database, with its own folder of migrations";
            case "\\g", "\\gx", "\\gdesc" -> "end the command with a semicolon";
            case "\\gexec" -> "build and run the commands in a DO block with EXECUTE format(...)";
            case "\\if", "\\elif", "\\else", "\\endif" -> "write the condition in a DO block";
            case "\\;" -> "write the semicolon without the backslash";
            case "\\:" -> "write the colon without the backslash";
            case "\\." -> "remove the line, or end the COPY command before it with FROM STDIN;";
            case "\\restrict", "\\unrestrict" ->
                "put it on a line of its own between two commands, followed by its key";
            case "\\echo", "\\qecho", "\\warn", "\\timing", "\\pset", "\\x", "\\o", "\\t", "\\a" ->
                "remove the line: it changes nothing in the database";
            case "\\" -> "remove it: SQL has backslashes inside quotes only";
            case "\\!" -> "run programs of the operating system outside of migrations";
            default -> "remove it, or write what it does in SQL";
        };
    }
}
