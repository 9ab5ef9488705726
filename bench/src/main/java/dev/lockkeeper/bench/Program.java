package dev.lockkeeper.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A command to measure.
 *
 * @param name how the table calls it
 * @param environment variables beside those of this process
 */
record Program(String name, List<String> command, Map<String, String> environment) {
    // bash tells CPU time in milliseconds, GNU time in hundredths of a second but with the peak of memory
    private static final String MEASURE =
            "TIMEFORMAT='%3U %3S'; { time /usr/bin/time -o \"$0\" -f %M \"$@\" 2>&3; } 3>&2 2>\"$0.cpu\"";

    /**
     * Runs it once.
     *
     * @throws BenchmarkException when it fails, with what it printed
     */
    Sample run(Path folder) throws IOException, InterruptedException {
        Path figures = folder.resolve("figures");
        Path output = folder.resolve("output");
        List<String> line = new ArrayList<>(List.of("bash", "-c", MEASURE, figures.toString()));
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.environment().putAll(environment);
        long start = System.nanoTime();
        int exitCode = builder.start().waitFor();
        long end = System.nanoTime();
        if (exitCode != 0) {
            throw new BenchmarkException(name + " ended with " + exitCode + ":\n" + Files.readString(output));
        }
        String[] cpu = Files.readString(Path.of(figures + ".cpu")).strip().split(" ", -1);
        double seconds = Double.parseDouble(cpu[0]) + Double.parseDouble(cpu[1]);
        double kibibytes = Double.parseDouble(Files.readString(figures).strip());
        return new Sample((end - start) / 1e6, seconds * 1e3, kibibytes / 1024);
    }
}
