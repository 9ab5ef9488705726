package dev.lockkeeper.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An example of {@code explain}, done as it stands there: files are written, commands typed, other sessions opened.
 *
 * @param lines {@code NAME:} and indented lines are a file, {@code $} begins a command, and what follows the last command is
 *     what it prints
 */
record ExplainedCase(String slug, List<String> lines) {
    /** Where the last command stands. */
    int last() {
        int last = -1;
        for (int i = 0; i < lines.size(); i++) {
            last = lines.get(i).startsWith("$ ") ? i : last;
        }
        return last;
    }

    /** The lines of the problem of this code that the last command really prints, with fixed names, times and numbers. */
    List<String> printed(Desk desk) throws Exception {
        desk.role("deploy").role("reader").project();
        List<AutoCloseable> open = new ArrayList<>();
        try {
            String said = "";
            for (int i = 0; i <= last(); i++) {
                String line = lines.get(i);
                if (line.endsWith(":") && !line.startsWith(" ")) {
                    int end = i + 1;
                    while (end < lines.size() && lines.get(end).startsWith("  ")) {
                        end++;
                    }
                    write(desk, line.substring(0, line.length() - 1), lines.subList(i + 1, end));
                } else if (line.startsWith("another session: ")) {
                    open.add(desk.session(here(desk, line.substring("another session: ".length()))));
                } else if (line.startsWith("$ ")) {
                    said = type(desk, line.substring(2), open);
                }
            }
            return block(desk, said);
        } finally {
            for (AutoCloseable one : open) {
                one.close();
            }
        }
    }

    private void write(Desk desk, String name, List<String> content) {
        String text =
                String.join("\n", content.stream().map(l -> l.substring(2)).toList()) + "\n";
        desk.write(name, text);
        if (name.matches("migrations/V[1-9].*") && lines.stream().noneMatch(l -> l.contains("no down"))) {
            String down = name.replace("/V", "/U");
            if (!desk.folder().resolve(down).toFile().exists() && !lines.contains(down + ":")) {
                desk.write(down, "select 1;\n");
            }
        }
    }

    private static String type(Desk desk, String command, List<AutoCloseable> open) throws Exception {
        if (command.startsWith("psql -c \"")) {
            desk.execute(here(desk, command.substring("psql -c \"".length(), command.length() - 1)));
            return "";
        }
        if (command.startsWith("unset ")) {
            List.of(command.split(" ")).forEach(desk.variables()::remove);
            return "";
        }
        if (command.startsWith("export ")) {
            String[] pair = command.substring("export ".length()).split("=", 2);
            desk.variables().put(pair[0], pair[1]);
            return "";
        }
        if (!command.startsWith("lockkeeper ")) {
            int code = new ProcessBuilder("sh", "-c", command)
                    .directory(desk.folder().toFile())
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new IllegalStateException(command + " ended with " + code);
            }
            return "";
        }
        String line = command.substring("lockkeeper ".length());
        if (line.endsWith(" &")) {
            open.add(inBackground(desk, line.substring(0, line.length() - 2)));
            return "";
        }
        int into = line.indexOf(" > ");
        Desk.Outcome outcome = desk.run(words(here(desk, into < 0 ? line : line.substring(0, into))));
        if (into >= 0) {
            desk.write(line.substring(into + " > ".length()), outcome.out());
            return outcome.err();
        }
        return outcome.err() + outcome.out();
    }

    private static AutoCloseable inBackground(Desk desk, String line) throws InterruptedException {
        Thread thread = new Thread(() -> desk.run(words(line)));
        thread.start();
        desk.await(
                thread,
                "select exists (select from pg_stat_activity where datname = current_database() and query like"
                        + " '%pg_sleep%' and wait_event = 'PgSleep')");
        return () -> {
            desk.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid"
                            + " <> pg_backend_pid() and query like '%pg_sleep%'");
            thread.join();
        };
    }

    /** Words as a shell makes them of a line with double quotes. */
    private static String[] words(String line) {
        List<String> words = new ArrayList<>();
        var word = java.util.regex.Pattern.compile("\"([^\"]*)\"|(\\S+)").matcher(line);
        while (word.find()) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        return words.toArray(String[]::new);
    }

    /** The names of the examples as they are here. */
    private static String here(Desk desk, String text) {
        return text.replace("@localhost/shop", "@127.0.0.1:" + desk.port() + "/" + desk.database())
                .replace(
                        "postgres@localhost/postgres",
                        desk.variables().get("PGUSER") + "@127.0.0.1:" + desk.port() + "/postgres")
                .replace("--project .", "--project " + desk.folder())
                .replace(" plan.json", " " + desk.folder().resolve("plan.json"))
                .replace(" release.zip", " " + desk.folder().resolve("release.zip"))
                .replaceAll("--(key|sign-with|checklist|file) (?=[a-z])", "--$1 " + desk.folder() + "/")
                .replace("database shop", "database " + desk.database());
    }

    private List<String> block(Desk desk, String said) {
        List<String> block = new ArrayList<>();
        boolean inside = false;
        for (String line : normalized(desk, said).lines().toList()) {
            boolean begins = line.startsWith("error[" + slug + "]") || line.startsWith("warning[" + slug + "]");
            if (begins && !block.isEmpty()) {
                break;
            }
            inside = begins || (inside && (line.startsWith(" ") || line.matches("\\d+ \\|.*")));
            if (inside) {
                block.add(line);
            }
        }
        return block.isEmpty() ? List.of("NOT PRINTED: " + said) : block;
    }

    /** With the names of the examples, and one time, process and user for all. */
    private static String normalized(Desk desk, String said) {
        String user = desk.variables().getOrDefault("PGUSER", "lockkeeper");
        return said.replace(desk.folder() + "/", "")
                .replace("--> " + desk.folder(), "--> .")
                .replace("127.0.0.1:" + desk.port(), "localhost")
                .replace("127.0.0.1:1/", "localhost:1/")
                .replace(desk.database(), "shop")
                .replace(user + "@localhost", "me@localhost")
                .replace("user " + user, "user me")
                .replace("user \"" + user + "\"", "user \"me\"")
                .replace("(" + user + ", ", "(me, ")
                .replaceAll("(?m)by " + user + "$", "by me")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "2026-03-02T09:30:00Z")
                .replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d[+]00", "2026-03-02 09:30:00+00")
                .replaceAll("(pid|process) \\d+", "$1 4711")
                .replaceAll("is \\d+ m?s behind", "is 9 s behind")
                .replaceAll("took \\d+ m?s, and may", "took 9 ms, and may")
                .replaceAll("for \\d+ s:", "for 9 s:");
    }

    @Override
    public String toString() {
        return slug.toLowerCase(Locale.ROOT);
    }
}
