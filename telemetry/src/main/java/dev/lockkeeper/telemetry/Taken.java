package dev.lockkeeper.telemetry;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Reads of the answer of a collector how much it has rejected. The three answers of OTLP have the same form: field 1 is what was taken
 * only in part, and of that field 1 is a number (opentelemetry-proto, {@code Export*PartialSuccess}). Pure.
 */
final class Taken {
    /** Collectors that answer in JSON, although they were not asked in it, and have taken all. */
    private static final Set<String> ALL = Set.of("", "{}", "{\"partialSuccess\":{}}");

    private Taken() {}

    /** How many were rejected; empty when that is no answer of a collector. */
    static OptionalLong rejected(byte[] answer) {
        if (answer.length < 100 && ALL.contains(new String(answer, StandardCharsets.UTF_8).replaceAll("\\s+", ""))) {
            return OptionalLong.of(0);
        }
        try {
            long rejected = 0;
            ByteBuffer outer = ByteBuffer.wrap(answer);
            while (outer.hasRemaining()) {
                long key = varint(outer);
                if (key == 0x0a) {
                    ByteBuffer part = bytes(outer);
                    while (part.hasRemaining()) {
                        long inner = varint(part);
                        if (inner == 0x08) {
                            rejected = varint(part);
                        } else {
                            skip(part, inner);
                        }
                    }
                } else {
                    skip(outer, key);
                }
            }
            return rejected < 0 ? OptionalLong.empty() : OptionalLong.of(rejected);
        } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
            return OptionalLong.empty();
        }
    }

    private static void skip(ByteBuffer from, long key) {
        if (key >>> 3 == 0) {
            throw new IllegalArgumentException("no field has the number 0");
        }
        switch ((int) (key & 7)) {
            case 0 -> varint(from);
            case 1 -> from.getLong();
            case 2 -> bytes(from);
            case 5 -> from.getInt();
            default -> throw new IllegalArgumentException("no wire type");
        }
    }

    private static ByteBuffer bytes(ByteBuffer from) {
        long length = varint(from);
        if (length < 0 || length > from.remaining()) {
            throw new IllegalArgumentException("a field is longer than the answer");
        }
        ByteBuffer bytes = from.slice(from.position(), (int) length);
        from.position(from.position() + (int) length);
        return bytes;
    }

    private static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = from.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is too long");
    }
}
