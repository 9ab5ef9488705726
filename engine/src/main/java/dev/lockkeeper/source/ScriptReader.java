package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.LockkeeperException;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the text of a file: strict UTF-8, without a byte-order mark, line endings as they are. */
public final class ScriptReader {
    private ScriptReader() {}

    /**
     * The content of a file.
     *
     * @throws dev.lockkeeper.problem.LockkeeperException {@code file-unreadable} when it is missing, not readable or
     *     not UTF-8
     */
    public static String read(Path file) {
        return read(file, display(file));
    }

    static String read(ScriptFile file) {
        return read(file.path(), file.display());
    }

    private static String read(Path file, String shown) {
        try {
            return text(shown, Files.readAllBytes(file));
        } catch (IOException e) {
            throw unreadable(file, shown, e);
        }
    }

    /** The content of a file as {@link #read} gives it; null when it is too large to be held. */
    static @Nullable String readHeld(ScriptFile file) {
        // asking for the size first would be one more call for each file, and the channel of a file in an archive would
        // hold all of it
        try (InputStream in = Files.newInputStream(file.path())) {
            byte[] bytes = in.readNBytes(LargeFile.THRESHOLD + 1);
            return bytes.length > LargeFile.THRESHOLD ? null : text(file.display(), bytes);
        } catch (IOException e) {
            throw unreadable(file.path(), file.display(), e);
        }
    }

    private static String text(String file, byte[] bytes) {
        String text = decode(file, bytes);
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw nul(place(file, text.substring(0, nul)));
        }
        return unmarked(text);
    }

    static LockkeeperException nul(Place place) {
        return Problem.of(Code.FILE_UNREADABLE, "the file holds a NUL character, which PostgreSQL cannot take")
                .at(place)
                .help("is it UTF-16? Convert it to UTF-8, for example with: iconv -f UTF-16 -t UTF-8")
                .asException();
    }

    static LockkeeperException notUtf8(Place place, byte found) {
        return Problem.of(
                        Code.FILE_UNREADABLE, String.format("the file is not valid UTF-8: invalid byte 0x%02X", found))
                .at(place)
                .because("Lockkeeper reads every file as UTF-8")
                .help("convert the file to UTF-8, for example with: iconv -f LATIN1 -t UTF-8")
                .asException();
    }

    static LockkeeperException unreadable(Path file, String shown, IOException e) {
        boolean missing = e instanceof NoSuchFileException;
        String reason = missing ? "there is no such file" : Files.isDirectory(file) ? "it is a folder" : reason(e);
        return Problem.of(Code.FILE_UNREADABLE, "the file cannot be read: " + reason)
                .at(Place.of(shown))
                .help(missing ? "check the path" : "make it readable for this user")
                .asException(e);
    }

    private static Place place(String file, String before) {
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
        return new Place(file, line, column, null);
    }

    private static String reason(IOException e) {
        return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    }

    private static String decode(String file, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            throw notUtf8(place(file, out.toString()), bytes[in.position()]);
        }
        return out.toString();
    }

    static String unmarked(String content) {
        return content.startsWith("\uFEFF") ? content.substring(1) : content;
    }

    /** The text with LF for every line ending. */
    static String normalize(String text) {
        return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
    }

    /** A path as people may see it: control characters are escaped. */
    public static String display(Path file) {
        String name = file.toString();
        int i = 0;
        while (i < name.length() && !Character.isISOControl(name.charAt(i))) {
            i++;
        }
        if (i == name.length()) {
            return name;
        }
        StringBuilder shown = new StringBuilder(name.substring(0, i));
        for (; i < name.length(); i++) {
            char c = name.charAt(i);
            shown.append(Character.isISOControl(c) ? String.format("\\u%04x", (int) c) : String.valueOf(c));
        }
        return shown.toString();
    }
}
