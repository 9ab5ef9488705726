package dev.lockkeeper.schemas.predictionmarket;

import dev.lockkeeper.schemas.HouseRules;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

final class DocumentationTest {
    @Nested
    @Tag("PM-01")
    final class Jobs extends HouseRules {
        Jobs() {
            super(Given.jobs(), "jobs");
        }
    }

    @Nested
    @Tag("PM-05")
    final class Core extends HouseRules {
        Core() {
            super(Given.core(), "core");
        }
    }
}
