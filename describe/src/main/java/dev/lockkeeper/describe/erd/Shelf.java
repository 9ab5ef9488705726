package dev.lockkeeper.describe.erd;

import dev.lockkeeper.describe.erd.Layout.Rectangle;
import java.util.ArrayList;
import java.util.List;

/**
 * Cards that no line ends at, side by side in columns: a layout by lines would heap them into one.
 *
 * @param places of the cards, in their order, from the corner of the shelf
 */
record Shelf(List<Card> cards, List<Rectangle> places, int width, int height) {
    private static final int GAP = 16;
    /** How many times as wide as high it is, about. */
    static final double SHAPE = 1.6;

    static Shelf of(List<Card> cards) {
        int column = cards.stream().mapToInt(Card::width).max().orElse(0);
        long area = cards.stream()
                .mapToLong(card -> (long) (card.height() + GAP) * (column + GAP))
                .sum();
        int tallest = cards.stream().mapToInt(Card::height).max().orElse(0);
        double aim = Math.max(tallest, Math.sqrt(area / SHAPE));
        List<Rectangle> places = new ArrayList<>();
        int x = 0;
        int y = 0;
        int bottom = 0;
        for (Card card : cards) {
            if (y > 0 && y + card.height() > aim) {
                x += column + GAP;
                y = 0;
            }
            places.add(new Rectangle(x, y, column, card.height()));
            bottom = Math.max(bottom, y + card.height());
            y += card.height() + GAP;
        }
        return new Shelf(List.copyOf(cards), places, x + column, bottom);
    }
}
