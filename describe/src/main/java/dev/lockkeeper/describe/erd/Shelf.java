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
        long area = cards.stream()
                .mapToLong(card -> (long) (card.height() + GAP) * (card.width() + GAP))
                .sum();
        int tallest = cards.stream().mapToInt(Card::height).max().orElse(0);
        double aim = Math.max(tallest, Math.sqrt(area / SHAPE));
        List<List<Card>> columns = new ArrayList<>(List.of(new ArrayList<>()));
        int y = 0;
        for (Card card : cards) {
            if (y > 0 && y + card.height() > aim) {
                columns.add(new ArrayList<>());
                y = 0;
            }
            columns.get(columns.size() - 1).add(card);
            y += card.height() + GAP;
        }
        return of(cards, columns);
    }

    private static Shelf of(List<Card> cards, List<List<Card>> columns) {
        List<Rectangle> places = new ArrayList<>();
        int x = 0;
        int bottom = 0;
        for (List<Card> column : columns) {
            int width = column.stream().mapToInt(Card::width).max().orElse(0);
            int y = 0;
            for (Card card : column) {
                places.add(new Rectangle(x, y, width, card.height()));
                bottom = Math.max(bottom, y + card.height());
                y += card.height() + GAP;
            }
            x += width + GAP;
        }
        return new Shelf(List.copyOf(cards), places, x - GAP, bottom);
    }
}
