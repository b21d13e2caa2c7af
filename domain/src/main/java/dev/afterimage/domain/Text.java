package dev.afterimage.domain;

/** What a text must be so that a store gives back what it was given. */
public final class Text {

    private Text() {}

    /**
     * Whether a text has half of a surrogate pair. Such a text has no form in UTF-8: a store would keep "?" instead,
     * and two different texts would become the same.
     */
    public static boolean hasLoneSurrogate(String text) {
        int character;
        for (int i = 0; i < text.length(); i += Character.charCount(character)) {
            character = text.codePointAt(i);
            if (character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE) {
                return true;
            }
        }
        return false;
    }
}
