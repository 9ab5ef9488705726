/** Behaviour of the reference schema prediction-market: each rule both ways, each trap beside its naive version. */
@NullMarked
package dev.lockkeeper.schemas.predictionmarket;

import org.jspecify.annotations.NullMarked;
