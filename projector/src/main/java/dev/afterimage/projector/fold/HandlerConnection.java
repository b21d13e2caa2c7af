package dev.afterimage.projector.fold;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Statement;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A connection as handlers get it. What would end the transaction is refused: rows of an event would be kept without
 * its checkpoint, or its checkpoint without the rows. Closing it does nothing.
 */
final class HandlerConnection implements InvocationHandler {

    private static final Pattern ENDS_TRANSACTION = Pattern.compile(
            "\\s*(commit|end|abort|prepare\\s+transaction|rollback(?!\\s+(work\\s+|transaction\\s+)?to\\s))\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final Object guarded;

    private HandlerConnection(Object guarded) {
        this.guarded = guarded;
    }

    static Connection around(Connection connection) {
        return guard(Connection.class, connection);
    }

    private static <T> T guard(Class<T> type, T guarded) {
        return type.cast(Proxy.newProxyInstance(
                HandlerConnection.class.getClassLoader(), new Class<?>[] {type}, new HandlerConnection(guarded)));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        var first = arguments == null ? null : arguments[0];
        if (method.getName().equals("close") && guarded instanceof Connection) {
            return null;
        }
        if (endsTransaction(method.getName(), first) || (first instanceof String sql && endsTransaction(sql))) {
            throw NoOwnTransactions.refused("end");
        }
        try {
            var result = method.invoke(guarded, arguments);
            return method.getName().equals("createStatement") && result instanceof Statement statement
                    ? guard(Statement.class, statement)
                    : result;
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    /** @param argument the first one; null if there is none */
    private static boolean endsTransaction(String method, @Nullable Object argument) {
        return switch (method) {
            case "commit", "abort" -> true;
            case "rollback" -> argument == null;
            case "setAutoCommit" -> Boolean.TRUE.equals(argument);
            default -> false;
        };
    }

    private static boolean endsTransaction(String sql) {
        return ENDS_TRANSACTION.matcher(sql).matches();
    }
}
