package dev.lockkeeper.describe.erd;

import java.nio.file.*;
import org.junit.jupiter.api.Test;

class LookTest {
    @Test
    void look() throws Exception {
        Erd erd = new Erd();
        Path out = Files.createDirectories(Path.of("/tmp/erdlook"));
        Files.writeString(
                out.resolve("small.svg"), erd.svg(Selection.of(Drawn.small()).all(Level.ALL), "small"));
        var m40 = Drawn.large(4, 10);
        for (Level l : Level.values())
            Files.writeString(
                    out.resolve("m40-" + l + ".svg"), erd.svg(Selection.of(m40).all(l), "Parcelry"));
        Files.writeString(
                out.resolve("m40-around.svg"),
                erd.svg(Selection.of(m40).around(Drawn.name("sales", "invoice"), 1), "sales.invoice"));
        long t = System.nanoTime();
        var m300 = Drawn.large(12, 25);
        Files.writeString(
                out.resolve("m300-NAMES.svg"), erd.svg(Selection.of(m300).all(Level.NAMES), "Big"));
        System.out.println("300 " + (System.nanoTime() - t) / 1e6);
        Files.writeString(
                out.resolve("m300-KEYS.svg"), erd.svg(Selection.of(m300).all(Level.KEYS), "Big"));
    }
}
