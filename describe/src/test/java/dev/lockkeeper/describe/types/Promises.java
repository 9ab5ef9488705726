package dev.lockkeeper.describe.types;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Lets the compiler of TypeScript compare the plain types with what Zod infers, table by table. */
final class Promises {
    private static final String HEAD = """
            import type { z } from 'zod';
            import * as zod from './zod/dist/index.js';
            import type * as plain from './typescript/dist/index.js';

            type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
            type Fits<A, B> = [A] extends [B] ? true : false;
            const yes = <T extends true>(): T => true as T;

            """;

    private Promises() {}

    static void check(Described described, Profile profile, Path folder, String more) throws IOException {
        Output output = new Output(Set.of(Language.ZOD, Language.TYPESCRIPT), profile, "types", "types");
        List<GeneratedFile> files = output.files(described);
        Node.compiled(files, Language.ZOD, folder);
        Node.compiled(files, Language.TYPESCRIPT, folder);
        ModuleNames names = new ModuleNames(described);
        StringBuilder text = new StringBuilder(HEAD);
        for (Described.Part part : described.parts()) {
            for (Described.Entity entity : part.entities()) {
                if (entity.name().name().equals("prototypes")) {
                    // TypeScript has no words for what every object inherits
                    continue;
                }
                String name = names.module(part.schema()) + "." + names.entity(entity.name());
                text.append("yes<Fits<plain.%1$sRow, z.input<typeof zod.%1$sRow>>>();\n".formatted(name));
                text.append("yes<Same<keyof plain.%1$sRow, keyof z.output<typeof zod.%1$sRow>>>();\n".formatted(name));
                if (entity.isWritten()) {
                    text.append("yes<Same<plain.%1$sInsert, zod.%1$sInsert>>();\n".formatted(name));
                    text.append("yes<Same<plain.%1$sUpdate, zod.%1$sUpdate>>();\n".formatted(name));
                }
            }
        }
        Files.writeString(folder.resolve("promises.ts"), text + more);
        Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
        Files.writeString(folder.resolve("tsconfig.json"), """
                {"compilerOptions":{"strict":true,"noEmit":true,"target":"es2022","module":"nodenext","moduleResolution":"nodenext",
                "exactOptionalPropertyTypes":true,"noUncheckedIndexedAccess":true,"skipLibCheck":true,"types":[],"lib":["es2022","dom"]},"files":["promises.ts"]}
                """);
        Node.run(folder, List.of(Node.FOLDER.resolve("node_modules/.bin/tsc").toString(), "-p", "."));
    }
}
