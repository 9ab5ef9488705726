package dev.lockkeeper.schemas.inferenceplatform;

import dev.lockkeeper.schemas.HouseRules;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

final class DocumentationTest {
    @Nested
    @Tag("IP-01")
    final class Operational extends HouseRules {
        Operational() {
            super(Given.operational(), "inference");
        }
    }

    @Nested
    @Tag("IP-08")
    final class Analytics extends HouseRules {
        Analytics() {
            super(Given.analytics(), "analytics");
        }
    }
}
