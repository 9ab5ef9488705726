package dev.lockkeeper.source;

import dev.lockkeeper.problem.Code;
import dev.lockkeeper.problem.Place;
import dev.lockkeeper.problem.Problem;
import java.io.IOException;
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
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw unreadable(file, "there is no such file", "check the path").asException(e);
        } catch (IOException e) {
            String reason = Files.isDirectory(file) ? "it is a folder" : reason(e);
            throw unreadable(file, reason, "make it readable for this user").asException(e);
        }
        String text = decode(file, bytes);
        int nul = text.indexOf('\0');
        if (nul >= 0) {
            throw flawed(file, text.substring(0, nul), "the file holds a NUL character, which PostgreSQL cannot take")
                    .help("is it UTF-16? Convert it to UTF-8, for example with: iconv -f UTF-16 -t UTF-8")
                    .asException();
        }
        return unmarked(text);
    }

    private static Problem flawed(Path file, String before, String message) {
        int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
        int column = before.codePointCount(before.lastIndexOf('\n') + 1, before.length()) + 1;
        return Problem.of(Code.FILE_UNREADABLE, message).at(new Place(display(file), line, column, null));
    }

    private static String reason(IOException e) {
        return Optional.ofNullable(e.getMessage()).orElse(e.getClass().getSimpleName());
    }

    private static Problem unreadable(Path file, String reason, String help) {
        return Problem.of(Code.FILE_UNREADABLE, "the file cannot be read: " + reason)
                .at(Place.of(display(file)))
                .help(help);
    }

    private static String decode(Path file, byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(in, out, true);
        out.flip();
        if (result.isError()) {
            String found = String.format("0x%02X", bytes[in.position()]);
            throw flawed(file, out.toString(), "the file is not valid UTF-8: byte " + found + " fits nowhere")
                    .because("Lockkeeper reads every file as UTF-8")
                    .help("convert the file to UTF-8, for example with: iconv -f LATIN1 -t UTF-8")
                    .asException();
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
