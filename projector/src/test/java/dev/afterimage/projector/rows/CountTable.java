package dev.afterimage.projector.rows;

import dev.afterimage.projector.TestTable;
import java.util.List;
import org.jooq.Converter;
import org.jooq.DataType;
import org.jooq.TableField;
import org.jooq.TableRecord;
import org.jooq.impl.SQLDataType;
import org.jooq.impl.TableRecordImpl;

/** Tables of a key and a count. */
abstract class CountTable<R extends TableRecord<R>> extends TestTable<R> {

    private static final long serialVersionUID = 1L;
    private static final DataType<OrderId> ORDER_ID = SQLDataType.CLOB.asConvertedDataType(
            Converter.ofNullable(String.class, OrderId.class, OrderId::new, OrderId::text));

    final transient TableField<R, Integer> n;

    private CountTable(String name, Class<R> recordType, DataType<?> key) {
        this(name, recordType, List.of("id"), List.of(key));
    }

    private CountTable(String name, Class<R> recordType, List<String> keys, List<DataType<?>> types) {
        super(name, recordType);
        for (int i = 0; i < keys.size(); i++) {
            key(keys.get(i), types.get(i));
        }
        this.n = column("n", SQLDataType.INTEGER.notNull());
    }

    /** A key type as a user makes one. */
    record OrderId(String text) {}

    static final class Line extends CountTable<Line.LineRow> {

        private static final long serialVersionUID = 1L;
        static final Line TABLE = new Line();

        private Line() {
            super(
                    "line",
                    LineRow.class,
                    List.of("item", "line", "day"),
                    List.of(SQLDataType.CLOB, SQLDataType.INTEGER, SQLDataType.LOCALDATE));
        }

        static final class LineRow extends TableRecordImpl<LineRow> {

            private static final long serialVersionUID = 1L;

            LineRow() {
                super(TABLE);
            }
        }
    }

    static final class ByInteger extends CountTable<ByInteger.ByIntegerRow> {

        private static final long serialVersionUID = 1L;
        static final ByInteger TABLE = new ByInteger();

        private ByInteger() {
            super("by_integer", ByIntegerRow.class, SQLDataType.INTEGER);
        }

        @SuppressWarnings("unchecked") // the column is an integer
        TableField<ByIntegerRow, Integer> id() {
            return (TableField<ByIntegerRow, Integer>) field(0);
        }

        static final class ByIntegerRow extends TableRecordImpl<ByIntegerRow> {

            private static final long serialVersionUID = 1L;

            ByIntegerRow() {
                super(TABLE);
            }
        }
    }

    static final class ByBigint extends CountTable<ByBigint.ByBigintRow> {

        private static final long serialVersionUID = 1L;
        static final ByBigint TABLE = new ByBigint();

        private ByBigint() {
            super("by_bigint", ByBigintRow.class, SQLDataType.BIGINT);
        }

        static final class ByBigintRow extends TableRecordImpl<ByBigintRow> {

            private static final long serialVersionUID = 1L;

            ByBigintRow() {
                super(TABLE);
            }
        }
    }

    static final class ByNumeric extends CountTable<ByNumeric.ByNumericRow> {

        private static final long serialVersionUID = 1L;
        static final ByNumeric TABLE = new ByNumeric();

        private ByNumeric() {
            super("by_numeric", ByNumericRow.class, SQLDataType.NUMERIC);
        }

        static final class ByNumericRow extends TableRecordImpl<ByNumericRow> {

            private static final long serialVersionUID = 1L;

            ByNumericRow() {
                super(TABLE);
            }
        }
    }

    static final class ByCents extends CountTable<ByCents.ByCentsRow> {

        private static final long serialVersionUID = 1L;
        static final ByCents TABLE = new ByCents();

        private ByCents() {
            super("by_cents", ByCentsRow.class, SQLDataType.NUMERIC(10, 2));
        }

        static final class ByCentsRow extends TableRecordImpl<ByCentsRow> {

            private static final long serialVersionUID = 1L;

            ByCentsRow() {
                super(TABLE);
            }
        }
    }

    static final class ByUuid extends CountTable<ByUuid.ByUuidRow> {

        private static final long serialVersionUID = 1L;
        static final ByUuid TABLE = new ByUuid();

        private ByUuid() {
            super("by_uuid", ByUuidRow.class, SQLDataType.UUID);
        }

        static final class ByUuidRow extends TableRecordImpl<ByUuidRow> {

            private static final long serialVersionUID = 1L;

            ByUuidRow() {
                super(TABLE);
            }
        }
    }

    static final class ByHour extends CountTable<ByHour.ByHourRow> {

        private static final long serialVersionUID = 1L;
        static final ByHour TABLE = new ByHour();

        private ByHour() {
            super("by_hour", ByHourRow.class, SQLDataType.TIMESTAMPWITHTIMEZONE);
        }

        static final class ByHourRow extends TableRecordImpl<ByHourRow> {

            private static final long serialVersionUID = 1L;

            ByHourRow() {
                super(TABLE);
            }
        }
    }

    static final class ByCode extends CountTable<ByCode.ByCodeRow> {

        private static final long serialVersionUID = 1L;
        static final ByCode TABLE = new ByCode();

        private ByCode() {
            super("by_code", ByCodeRow.class, SQLDataType.CHAR(5));
        }

        static final class ByCodeRow extends TableRecordImpl<ByCodeRow> {

            private static final long serialVersionUID = 1L;

            ByCodeRow() {
                super(TABLE);
            }
        }
    }

    static final class ByText extends CountTable<ByText.ByTextRow> {

        private static final long serialVersionUID = 1L;
        static final ByText TABLE = new ByText();

        private ByText() {
            super("by_text", ByTextRow.class, SQLDataType.CLOB);
        }

        static final class ByTextRow extends TableRecordImpl<ByTextRow> {

            private static final long serialVersionUID = 1L;

            ByTextRow() {
                super(TABLE);
            }
        }
    }

    static final class ByOrderId extends CountTable<ByOrderId.ByOrderIdRow> {

        private static final long serialVersionUID = 1L;
        static final ByOrderId TABLE = new ByOrderId();

        private ByOrderId() {
            super("by_order_id", ByOrderIdRow.class, ORDER_ID);
        }

        static final class ByOrderIdRow extends TableRecordImpl<ByOrderIdRow> {

            private static final long serialVersionUID = 1L;

            ByOrderIdRow() {
                super(TABLE);
            }
        }
    }

    static final class ByBytes extends CountTable<ByBytes.ByBytesRow> {

        private static final long serialVersionUID = 1L;
        static final ByBytes TABLE = new ByBytes();

        private ByBytes() {
            super("by_bytes", ByBytesRow.class, SQLDataType.BLOB);
        }

        static final class ByBytesRow extends TableRecordImpl<ByBytesRow> {

            private static final long serialVersionUID = 1L;

            ByBytesRow() {
                super(TABLE);
            }
        }
    }

    static final class ByArray extends CountTable<ByArray.ByArrayRow> {

        private static final long serialVersionUID = 1L;
        static final ByArray TABLE = new ByArray();

        private ByArray() {
            super("by_array", ByArrayRow.class, SQLDataType.CLOB.array());
        }

        static final class ByArrayRow extends TableRecordImpl<ByArrayRow> {

            private static final long serialVersionUID = 1L;

            ByArrayRow() {
                super(TABLE);
            }
        }
    }

    static final class ByDouble extends CountTable<ByDouble.ByDoubleRow> {

        private static final long serialVersionUID = 1L;
        static final ByDouble TABLE = new ByDouble();

        private ByDouble() {
            super("by_double", ByDoubleRow.class, SQLDataType.DOUBLE);
        }

        static final class ByDoubleRow extends TableRecordImpl<ByDoubleRow> {

            private static final long serialVersionUID = 1L;

            ByDoubleRow() {
                super(TABLE);
            }
        }
    }

    static final class ByNocase extends CountTable<ByNocase.ByNocaseRow> {

        private static final long serialVersionUID = 1L;
        static final ByNocase TABLE = new ByNocase();

        private ByNocase() {
            super("by_nocase", ByNocaseRow.class, SQLDataType.CLOB);
        }

        static final class ByNocaseRow extends TableRecordImpl<ByNocaseRow> {

            private static final long serialVersionUID = 1L;

            ByNocaseRow() {
                super(TABLE);
            }
        }
    }

    static final class ByDocument extends CountTable<ByDocument.ByDocumentRow> {

        private static final long serialVersionUID = 1L;
        static final ByDocument TABLE = new ByDocument();

        private ByDocument() {
            super("by_document", ByDocumentRow.class, SQLDataType.JSONB);
        }

        static final class ByDocumentRow extends TableRecordImpl<ByDocumentRow> {

            private static final long serialVersionUID = 1L;

            ByDocumentRow() {
                super(TABLE);
            }
        }
    }

    static final class ByInet extends CountTable<ByInet.ByInetRow> {

        private static final long serialVersionUID = 1L;
        static final ByInet TABLE = new ByInet();

        private ByInet() {
            super("by_inet", ByInetRow.class, SQLDataType.CLOB);
        }

        static final class ByInetRow extends TableRecordImpl<ByInetRow> {

            private static final long serialVersionUID = 1L;

            ByInetRow() {
                super(TABLE);
            }
        }
    }

    static final class ByConvertedCode extends CountTable<ByConvertedCode.ByConvertedCodeRow> {

        private static final long serialVersionUID = 1L;
        static final ByConvertedCode TABLE = new ByConvertedCode();

        private ByConvertedCode() {
            super(
                    "by_converted_code",
                    ByConvertedCodeRow.class,
                    SQLDataType.CHAR(5)
                            .asConvertedDataType(
                                    Converter.ofNullable(String.class, OrderId.class, OrderId::new, OrderId::text)));
        }

        static final class ByConvertedCodeRow extends TableRecordImpl<ByConvertedCodeRow> {

            private static final long serialVersionUID = 1L;

            ByConvertedCodeRow() {
                super(TABLE);
            }
        }
    }
}
