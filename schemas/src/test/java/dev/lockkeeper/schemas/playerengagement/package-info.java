/** Behaviour of the reference schema player-engagement: each rule both ways, each trap beside its naive version. */
@NullMarked
package dev.lockkeeper.schemas.playerengagement;

import org.jspecify.annotations.NullMarked;
