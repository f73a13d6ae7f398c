package org.visitbalance.cli;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * The installation of this run and a browser on its page, for a class of tests: fills the class's
 * static fields of these two types before the first test, and closes the browser after the last.
 * The class is skipped on a machine without a browser.
 */
final class OnThePage implements BeforeAllCallback {
  private static final int WIDE = 1300;

  @Override
  public void beforeAll(ExtensionContext context) throws IllegalAccessException {
    Installation here = Installation.shared();
    Browser browser = Browser.start(here.web.port());
    // The store of a class closes what it holds after the last test
    context.getStore(Namespace.create(OnThePage.class)).put(Browser.class, browser);
    browser.look(WIDE, false);
    fill(context.getRequiredTestClass(), Installation.class, here);
    fill(context.getRequiredTestClass(), Browser.class, browser);
  }

  private static void fill(Class<?> tests, Class<?> type, Object value)
      throws IllegalAccessException {
    for (Field field : tests.getDeclaredFields()) {
      if (Modifier.isStatic(field.getModifiers()) && field.getType().equals(type)) {
        field.setAccessible(true);
        field.set(null, value);
      }
    }
  }
}
