package dev.lockkeeper.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Markdown file of the repository.
 *
 * @param name its path from the root on
 */
record Document(String name, List<String> lines) {
    static final Path ROOT = Path.of(System.getProperty("lockkeeper.root"));

    /**
     * A fenced block.
     *
     * @param language what stands behind its first fence; may be empty
     */
    record Block(String language, List<String> lines) {}

    static Document named(String name) {
        try {
            return new Document(name, Files.readAllLines(ROOT.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All of the repository, what a build made left out. */
    static List<Document> all() {
        try (Stream<Path> walk = Files.walk(ROOT)) {
            return walk.map(ROOT::relativize)
                    .map(Path::toString)
                    .filter(name -> name.endsWith(".md") && !name.matches("(.*/)?(\\..*|target|node_modules)/.*"))
                    .sorted()
                    .map(Document::named)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Block> blocks() {
        List<Block> blocks = new ArrayList<>();
        List<String> open = null;
        for (String line : lines) {
            if (line.startsWith("```") && open == null) {
                open = new ArrayList<>();
                blocks.add(new Block(line.substring(3), open));
            } else if (line.startsWith("```")) {
                open = null;
            } else if (open != null) {
                open.add(line);
            }
        }
        return blocks;
    }

    @Override
    public String toString() {
        return name;
    }
}
