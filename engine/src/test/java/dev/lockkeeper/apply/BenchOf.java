package dev.lockkeeper.apply;

import dev.lockkeeper.embedded.EmbeddedPostgres;
import dev.lockkeeper.embedded.Options;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.support.ParameterDeclarations;

/** The oldest and the newest server, started once for the test run, each with an empty database for each test. */
final class BenchOf implements ArgumentsProvider {
    private static final Namespace NAMESPACE = Namespace.create(BenchOf.class);

    @Override
    public Stream<Arguments> provideArguments(ParameterDeclarations parameters, ExtensionContext context) {
        return Stream.of(15, 18)
                .map(version -> Arguments.of(new Bench(context.getRoot()
                        .getStore(NAMESPACE)
                        .computeIfAbsent(
                                version,
                                v -> EmbeddedPostgres.start(Options.version(version)),
                                EmbeddedPostgres.class))));
    }
}
