/** Behaviour of the reference schema inference-platform: each rule both ways, each trap beside its naive version. */
@NullMarked
package dev.lockkeeper.schemas.inferenceplatform;

import org.jspecify.annotations.NullMarked;
