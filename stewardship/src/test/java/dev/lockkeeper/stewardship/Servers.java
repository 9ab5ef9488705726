package dev.lockkeeper.stewardship;

import dev.lockkeeper.embedded.Options;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Which server tests run on. */
public final class Servers {
    private Servers() {}

    /** Runs the tests of a class on the oldest version that is supported, whatever the others run on. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    public @interface Oldest {}

    /** The version for a class: {@code -Dlockkeeper.postgres}, or the newest. */
    public static int version(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestClass(), Oldest.class)
                ? Options.OLDEST_VERSION
                : Integer.getInteger("lockkeeper.postgres", Options.NEWEST_VERSION);
    }
}
