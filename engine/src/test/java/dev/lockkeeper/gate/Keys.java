package dev.lockkeeper.gate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The real ssh-keygen, and keys that it has made in a folder. */
public record Keys(Path folder) {
    record Result(int exit, String out, String err) {}

    /** Whether it is installed; a test that needs it fails without, except where CI is not. */
    public static boolean present() {
        try {
            new ProcessBuilder("ssh-keygen", "-?")
                    .redirectErrorStream(true)
                    .start()
                    .waitFor();
            return true;
        } catch (IOException e) {
            System.err.println("not tested: ssh-keygen is missing, install openssh-client");
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes a key without a passphrase, and gives its file. */
    public Path make(String name, String... more) {
        List<String> command = new ArrayList<>(
                List.of("-q", "-N", "", "-C", name, "-f", file(name).toString()));
        command.addAll(more.length == 0 ? List.of("-t", "ed25519") : List.of(more));
        Result made = run("", command.toArray(String[]::new));
        if (made.exit() != 0) {
            throw new IllegalStateException(made.err());
        }
        return file(name);
    }

    public Path file(String name) {
        return folder.resolve(name);
    }

    /** Type and key, as the public file has them. */
    public String line(String name) {
        String[] words = read(file(name + ".pub")).split(" ", -1);
        return words[0] + " " + words[1];
    }

    Result run(String in, String... arguments) {
        List<String> command = new ArrayList<>(List.of("ssh-keygen"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).directory(folder.toFile()).start();
            try (var to = process.getOutputStream()) {
                to.write(in.getBytes(StandardCharsets.UTF_8));
            }
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), out, err);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Path write(String name, String text) {
        try {
            return Files.writeString(file(name), text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
