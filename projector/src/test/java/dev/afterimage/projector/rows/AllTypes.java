package dev.afterimage.projector.rows;

import dev.afterimage.projector.TestTable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jooq.EnumType;
import org.jooq.JSON;
import org.jooq.JSONB;
import org.jooq.Schema;
import org.jooq.TableField;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** A table with a column of every type that read models commonly have. */
final class AllTypes extends TestTable<AllTypes.Row> {

    private static final long serialVersionUID = 1L;
    static final AllTypes ALL = new AllTypes();

    static final String DDL = """
            CREATE TYPE mood AS ENUM ('glad', 'really sad');
            CREATE TABLE all_types (
              id integer PRIMARY KEY,
              words text,
              short varchar(10),
              code char(5),
              amount numeric,
              cents numeric(12, 2),
              big bigint,
              small smallint,
              flag boolean,
              ratio double precision,
              share real,
              day date,
              hour time,
              wall timestamp,
              moment timestamptz,
              reference uuid,
              document jsonb,
              raw json,
              tags text[],
              numbers integer[],
              grid integer[],
              bytes bytea,
              mood mood,
              "Odd ""name" text,
              quantity integer NOT NULL DEFAULT 3,
              note text DEFAULT 'it''s {0} ? \\ :x',
              defaults jsonb NOT NULL DEFAULT '{"a": [1, "?"]}',
              doubled integer GENERATED ALWAYS AS (quantity * 2) STORED
            );""";

    /** As jOOQ generates a type of the database. */
    enum Mood implements EnumType {
        GLAD("glad"),
        REALLY_SAD("really sad");

        private final String literal;

        Mood(String literal) {
            this.literal = literal;
        }

        @Override
        public String getLiteral() {
            return literal;
        }

        @Override
        public String getName() {
            return "mood";
        }

        @Override
        public Schema getSchema() {
            return DSL.schema(DSL.name("app"));
        }
    }

    final transient TableField<Row, Integer> id = key("id", SQLDataType.INTEGER);
    final transient TableField<Row, String> words = column("words", SQLDataType.CLOB);
    final transient TableField<Row, String> shortText = column("short", SQLDataType.VARCHAR(10));
    final transient TableField<Row, String> code = column("code", SQLDataType.CHAR(5));
    final transient TableField<Row, BigDecimal> amount = column("amount", SQLDataType.NUMERIC);
    final transient TableField<Row, BigDecimal> cents = column("cents", SQLDataType.NUMERIC(12, 2));
    final transient TableField<Row, Long> big = column("big", SQLDataType.BIGINT);
    final transient TableField<Row, Short> small = column("small", SQLDataType.SMALLINT);
    final transient TableField<Row, Boolean> flag = column("flag", SQLDataType.BOOLEAN);
    final transient TableField<Row, Double> ratio = column("ratio", SQLDataType.DOUBLE);
    final transient TableField<Row, Float> share = column("share", SQLDataType.REAL);
    final transient TableField<Row, LocalDate> day = column("day", SQLDataType.LOCALDATE);
    final transient TableField<Row, LocalTime> hour = column("hour", SQLDataType.LOCALTIME);
    final transient TableField<Row, LocalDateTime> wall = column("wall", SQLDataType.LOCALDATETIME);
    final transient TableField<Row, OffsetDateTime> moment = column("moment", SQLDataType.TIMESTAMPWITHTIMEZONE);
    final transient TableField<Row, UUID> reference = column("reference", SQLDataType.UUID);
    final transient TableField<Row, JSONB> document = column("document", SQLDataType.JSONB);
    final transient TableField<Row, JSON> raw = column("raw", SQLDataType.JSON);
    final transient TableField<Row, String[]> tags = column("tags", SQLDataType.CLOB.array());
    final transient TableField<Row, Integer[]> numbers = column("numbers", SQLDataType.INTEGER.array());
    final transient TableField<Row, Integer[][]> grid =
            column("grid", SQLDataType.INTEGER.array().array());
    final transient TableField<Row, byte[]> bytes = column("bytes", SQLDataType.BLOB);
    final transient TableField<Row, Mood> mood = column("mood", SQLDataType.VARCHAR.asEnumDataType(Mood.class));
    final transient TableField<Row, String> odd = column("Odd \"name", SQLDataType.CLOB);
    final transient TableField<Row, Integer> quantity = column("quantity", SQLDataType.INTEGER.notNull());
    final transient TableField<Row, String> note = column("note", SQLDataType.CLOB);
    final transient TableField<Row, JSONB> defaults = column("defaults", SQLDataType.JSONB.notNull());
    final transient TableField<Row, Integer> doubled = column("doubled", SQLDataType.INTEGER.readonly(true));

    private AllTypes() {
        super("all_types", Row.class);
    }

    static final class Row extends TableRecordImpl<Row> {

        private static final long serialVersionUID = 1L;

        Row() {
            super(ALL);
        }
    }
}
