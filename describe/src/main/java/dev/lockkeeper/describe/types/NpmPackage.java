package dev.lockkeeper.describe.types;

import java.util.List;

/** What makes a folder of TypeScript a package for npm, which a front end and a back end import alike. */
final class NpmPackage {
    private static final String SETTINGS = """
            {
              "compilerOptions": {
                "target": "es2022",
                "module": "nodenext",
                "moduleResolution": "nodenext",
                "lib": ["es2022", "dom"],
                "types": [],
                "strict": true,
                "exactOptionalPropertyTypes": true,
                "noUncheckedIndexedAccess": true,
                "declaration": true,
                "sourceMap": true,
                "skipLibCheck": true,
                "rootDir": "src",
                "outDir": "dist"
              },
              "include": ["src"]
            }
            """;

    private NpmPackage() {}

    /** @param zod the least version of Zod that it needs; empty for none */
    static List<GeneratedFile> files(String name, String zod) {
        String peers = zod.isEmpty() ? "" : ",\n  \"peerDependencies\": {\n    \"zod\": \">=" + zod + " <5\"\n  }";
        String description = """
                {
                  "name": %s,
                  "version": "0.0.0",
                  "private": true,
                  "description": "%s",
                  "type": "module",
                  "sideEffects": false,
                  "exports": {
                    ".": { "types": "./dist/index.d.ts", "default": "./dist/index.js" },
                    "./*": { "types": "./dist/*.d.ts", "default": "./dist/*.js" }
                  },
                  "files": ["dist", "src"],
                  "scripts": { "build": "tsc -p ." },
                  "devDependencies": { "typescript": ">=5.5" }%s
                }
                """.formatted(Script.string(name).replace('\'', '"'), Header.SENTENCE, peers);
        return List.of(
                new GeneratedFile("package.json", description),
                new GeneratedFile("tsconfig.json", Header.PLAIN + SETTINGS));
    }
}
