package org.visitbalance.query.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ConcurrentModificationException;
import org.h2.api.ErrorCode;
import org.jdbi.v3.core.statement.DefaultStatementBuilder;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Lets H2 plan a query again that has failed because an index was made meanwhile. H2 2.4.240 looks
 * through the indexes of a table without a lock (Table.getBestPlanItem), and nothing is wrong but
 * that.
 */
final class Replanning extends DefaultStatementBuilder {
  private static final int TRIES = 100;

  /** What may have to be done again. */
  private interface Step<T> {
    T take() throws SQLException;
  }

  @Override
  public PreparedStatement create(Connection connection, String sql, StatementContext context)
      throws SQLException {
    PreparedStatement statement = planned(() -> super.create(connection, sql, context));
    return sql.startsWith("select") || sql.startsWith("with")
        ? (PreparedStatement)
            Proxy.newProxyInstance(
                Replanning.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, arguments) ->
                    method.getName().startsWith("execute")
                        ? planned(() -> call(statement, method, arguments))
                        : call(statement, method, arguments))
        : statement;
  }

  private static <T> T planned(Step<T> step) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return step.take();
      } catch (SQLException e) {
        if (tries == TRIES || !isUnplanned(e)) {
          throw e;
        }
      }
    }
  }

  private static Object call(PreparedStatement statement, Method method, Object[] arguments)
      throws SQLException {
    try {
      return method.invoke(statement, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException sql) {
        throw sql;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean isUnplanned(SQLException sql) {
    return sql.getErrorCode() == ErrorCode.GENERAL_ERROR_1
        && sql.getCause() instanceof ConcurrentModificationException;
  }
}
