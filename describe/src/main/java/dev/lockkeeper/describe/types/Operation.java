package dev.lockkeeper.describe.types;

/** What terms are put together by. The key names it in files, and the function of the runtime module. */
enum Operation {
    AND("and"),
    OR("or"),
    NOT("not"),
    IS_NULL("isNull"),
    IS_TRUE("isTrue"),
    IS_FALSE("isFalse"),
    DISTINCT("distinct"),
    EQ("eq"),
    NE("ne"),
    LT("lt"),
    LE("le"),
    GT("gt"),
    GE("ge"),
    /** A value, a list. */
    ANY_EQ("anyEq"),
    ANY_LT("anyLt"),
    ANY_LE("anyLe"),
    ANY_GT("anyGt"),
    ANY_GE("anyGe"),
    ANY_NE("anyNe"),
    ALL_EQ("allEq"),
    ALL_NE("allNe"),
    ALL_LT("allLt"),
    ALL_LE("allLe"),
    ALL_GT("allGt"),
    ALL_GE("allGe"),
    /** Conditions and what holds then, in turn, at the end what holds otherwise. */
    CASE("cases"),
    COALESCE("coalesce"),
    PLUS("plus"),
    MINUS("minus"),
    TIMES("times"),
    MODULO("modulo"),
    NEGATIVE("negative"),
    ABS("abs"),
    TO_DOUBLE("toDouble"),
    /** One for true. */
    TO_NUMBER("toNumber"),
    /** The day of a wall clock. */
    TO_DAY("toDay"),
    /** A date, a number of days. */
    ADD_DAYS("addDays"),
    /** A time, a length of time. */
    LATER("later"),
    EARLIER("earlier"),
    /** Days between two dates. */
    DAYS("days"),
    CHARACTERS("characters"),
    /** The length in bytes of text in UTF-8. */
    OCTETS("octets"),
    BYTES("byteLength"),
    LOWER("lower"),
    UPPER("upper"),
    /** A text, the characters that are taken away. */
    TRIM("trim"),
    TRIM_LEFT("trimLeft"),
    TRIM_RIGHT("trimRight"),
    CONCAT("concat"),
    FOLD("fold"),
    /** A text, how long it is with its blanks. */
    PAD("pad"),
    POSITION("position"),
    STARTS_WITH("startsWith"),
    LEFT("left"),
    RIGHT("right"),
    CARDINALITY("cardinality"),
    ARRAY_LENGTH("arrayLength"),
    /** A list, an element: its place from 1 on, NULL when it is not there; finds NULL too. */
    ARRAY_POSITION("arrayPosition"),
    CONTAINS("contains"),
    OVERLAPS("overlaps"),
    NONNULLS("nonNulls"),
    NULLS("nulls"),
    JSON_TYPE("jsonType"),
    /** A JSON object, a key: a JSON value. */
    JSON_FIELD("jsonField"),
    /** A JSON object, a key: a text. */
    JSON_TEXT("jsonText"),
    JSON_HAS("jsonHas"),
    JSON_HAS_ALL("jsonHasAll"),
    JSON_HAS_ANY("jsonHasAny"),
    JSON_LENGTH("jsonLength"),
    /** A document, the text of an empty one. */
    JSON_EMPTY("jsonEmpty"),
    IS_FINITE("isFinite"),
    /** A label, then all labels in their order: its place. */
    RANK("rank");

    private final String key;

    Operation(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
