package dev.lockkeeper;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test a folder and a database of its own; the servers live as long as the test run. */
final class Workshops implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(Workshops.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Workshop.class || type == Opener.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Opener opener = version -> open(version, context);
        return parameter.getParameter().getType() == Opener.class ? opener : opener.on(18);
    }

    private static Workshop open(int version, ExtensionContext context) {
        EmbeddedPostgres server = context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(
                        version, v -> EmbeddedPostgres.start(Options.version(version)), EmbeddedPostgres.class);
        try {
            Path folder = Files.createTempDirectory("workshop").toRealPath();
            return context.getStore(NAMESPACE)
                    .computeIfAbsent("workshop", k -> new Workshop(server, folder), Workshop.class);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a workshop on a server of the given major version. */
    @FunctionalInterface
    interface Opener {
        Workshop on(int version);
    }
}
