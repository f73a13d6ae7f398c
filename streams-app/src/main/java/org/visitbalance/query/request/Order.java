package org.visitbalance.query.request;

import org.visitbalance.query.model.Column;

/**
 * One step of an order.
 *
 * @param sql an expression that is never null
 * @param down whether the greatest comes first
 */
record Order(String sql, boolean down, Column.Type type) {
  static Order up(String sql, Column.Type type) {
    return new Order(sql, false, type);
  }

  static Order down(String sql, Column.Type type) {
    return new Order(sql, true, type);
  }
}
