package dev.lockkeeper.sql;

import com.dylibso.chicory.compiler.InterpreterFallback;
import com.dylibso.chicory.compiler.MachineFactoryCompiler;
import com.dylibso.chicory.runtime.HostFunction;
import com.dylibso.chicory.runtime.ImportFunction;
import com.dylibso.chicory.runtime.ImportValues;
import com.dylibso.chicory.runtime.Instance;
import com.dylibso.chicory.runtime.Memory;
import com.dylibso.chicory.wasm.Parser;
import com.dylibso.chicory.wasm.WasmModule;
import com.dylibso.chicory.wasm.types.FunctionImport;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** The scanner of PostgreSQL 17 itself; postgres-scanner/README.md says where the module comes from. */
final class PostgresScanner {
    static final String MODULE = "postgres-scanner/pg-parser.wasm";

    private final Instance instance;

    PostgresScanner() {
        WasmModule module = Parser.parse(bytes());
        List<ImportFunction> imports = module.importSection().stream()
                .filter(FunctionImport.class::isInstance)
                .map(FunctionImport.class::cast)
                .<ImportFunction>map(f -> new HostFunction(
                        f.module(),
                        f.name(),
                        module.typeSection().getType(f.typeIndex()),
                        (caller, arguments) -> host(caller, f.name(), arguments)))
                .toList();
        // the grammar's automaton is too large for a method of the JVM; the scanner does not need it
        instance = Instance.builder(module)
                .withImportValues(ImportValues.builder().withFunctions(imports).build())
                .withMachineFactory(MachineFactoryCompiler.builder(module)
                        .withInterpreterFallback(InterpreterFallback.SILENT)
                        .compile())
                .build();
        call("__wasm_call_ctors");
    }

    /**
     * One token.
     *
     * @param start offset in chars
     * @param end offset after it, in chars
     * @param name PostgreSQL's name of its kind, such as {@code SCONST}
     */
    record Lexeme(int start, int end, String name) {}

    /**
     * What the scanner says of a text.
     *
     * @param tokens without comments; empty when there is an error
     * @param error its message; empty when there is none
     * @param errorOffset where the offending token starts, in chars
     */
    record Scan(List<Lexeme> tokens, String error, int errorOffset) {
        boolean failed() {
            return !error.isEmpty();
        }
    }

    static byte[] bytes() {
        try (InputStream in = Objects.requireNonNull(PostgresScanner.class.getResourceAsStream(MODULE), MODULE)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    Scan scan(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        Memory memory = instance.memory();
        int source = (int) call("malloc", utf8.length + 1);
        memory.write(source, utf8);
        memory.writeByte(source + utf8.length, (byte) 0);
        int result = (int) call("scan_sql", source);
        call("free", source);
        try {
            int error = memory.readInt(result + 8);
            if (error != 0) {
                int position = Math.max(0, memory.readInt(error + 16) - 1);
                return new Scan(
                        List.of(), memory.readCString(memory.readInt(error)), text.offsetByCodePoints(0, position));
            }
            return new Scan(tokens(memory, result, charOffsets(text, utf8.length)), "", 0);
        } finally {
            call("free_scan_result", result);
        }
    }

    private static List<Lexeme> tokens(Memory memory, int result, int[] charOffsets) {
        int count = memory.readInt(result);
        int first = memory.readInt(result + 4);
        List<Lexeme> tokens = new ArrayList<>(count);
        for (int token = first; token < first + 16 * count; token += 16) {
            String name = memory.readCString(memory.readInt(token + 8));
            if (!name.endsWith("_COMMENT")) {
                tokens.add(
                        new Lexeme(charOffsets[memory.readInt(token)], charOffsets[memory.readInt(token + 4)], name));
            }
        }
        return tokens;
    }

    private static int[] charOffsets(String text, int bytes) {
        int[] offsets = new int[bytes + 1];
        int at = 0;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int codePoint = text.codePointAt(i);
            offsets[at] = i;
            at += codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
        }
        offsets[at] = text.length();
        return offsets;
    }

    private long call(String function, long... arguments) {
        long[] results = instance.export(function).apply(arguments);
        return results == null || results.length == 0 ? 0 : results[0];
    }

    private long[] host(Instance caller, String name, long[] arguments) {
        if (name.startsWith("invoke_")) {
            return invoke(caller, arguments);
        }
        return switch (name) {
            case "_emscripten_throw_longjmp" -> throw new LongJump();
            case "emscripten_date_now", "emscripten_get_now" -> new long[] {Double.doubleToLongBits(0)};
            case "emscripten_resize_heap" -> {
                long pages = (arguments[0] - 1) / Memory.PAGE_SIZE
                        + 1
                        - caller.memory().pages();
                yield new long[] {caller.memory().grow((int) pages) < 0 ? 0 : 1};
            }
            default -> throw new IllegalStateException("the scanner called " + name + Arrays.toString(arguments));
        };
    }

    /** Emscripten's protocol for setjmp: call through the table, and on a long jump restore the stack and say so. */
    private static long[] invoke(Instance caller, long[] arguments) {
        long stack = caller.export("emscripten_stack_get_current").apply()[0];
        try {
            int function = caller.table(0).requiredRef((int) arguments[0]);
            return caller.getMachine().call(function, Arrays.copyOfRange(arguments, 1, arguments.length));
        } catch (LongJump jump) {
            caller.export("_emscripten_stack_restore").apply(stack);
            caller.export("setThrew").apply(1, 0);
            return new long[] {0};
        }
    }

    /** The C function longjmp, caught where setjmp was called. */
    private static final class LongJump extends RuntimeException {
        private static final long serialVersionUID = 1;

        LongJump() {
            super("longjmp", null, false, false);
        }
    }
}
