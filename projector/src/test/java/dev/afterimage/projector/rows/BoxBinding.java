package dev.afterimage.projector.rows;

import java.sql.SQLException;
import java.sql.Types;
import org.jooq.Binding;
import org.jooq.BindingGetResultSetContext;
import org.jooq.BindingGetSQLInputContext;
import org.jooq.BindingGetStatementContext;
import org.jooq.BindingRegisterContext;
import org.jooq.BindingSQLContext;
import org.jooq.BindingSetSQLOutputContext;
import org.jooq.BindingSetStatementContext;
import org.jooq.Converter;
import org.jooq.conf.ParamType;
import org.jooq.impl.DSL;

/** A binding as a user writes one: it sends another text than the value's. */
final class BoxBinding implements Binding<String, TypeCatalogue.Box> {

    private static final long serialVersionUID = 1L;
    private static final String WRAPPED = "{\"box\": %s}";

    @Override
    public Converter<String, TypeCatalogue.Box> converter() {
        return Converter.ofNullable(
                String.class, TypeCatalogue.Box.class, TypeCatalogue.Box::new, TypeCatalogue.Box::toString);
    }

    @Override
    public void sql(BindingSQLContext<TypeCatalogue.Box> context) {
        var value = context.convert(converter()).value();
        context.render()
                .visit(
                        context.render().paramType() == ParamType.INLINED
                                ? DSL.inline(value == null ? null : WRAPPED.formatted(value))
                                : DSL.sql("?"))
                .sql("::jsonb");
    }

    @Override
    public void set(BindingSetStatementContext<TypeCatalogue.Box> context) throws SQLException {
        var value = context.convert(converter()).value();
        context.statement().setString(context.index(), value == null ? null : WRAPPED.formatted(value));
    }

    @Override
    public void get(BindingGetResultSetContext<TypeCatalogue.Box> context) throws SQLException {
        var text = context.resultSet().getString(context.index());
        context.convert(converter())
                .value(text == null ? null : text.substring("{\"box\": ".length(), text.length() - 1));
    }

    @Override
    public void register(BindingRegisterContext<TypeCatalogue.Box> context) throws SQLException {
        context.statement().registerOutParameter(context.index(), Types.VARCHAR);
    }

    @Override
    public void get(BindingGetStatementContext<TypeCatalogue.Box> context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void get(BindingGetSQLInputContext<TypeCatalogue.Box> context) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void set(BindingSetSQLOutputContext<TypeCatalogue.Box> context) {
        throw new UnsupportedOperationException();
    }
}
