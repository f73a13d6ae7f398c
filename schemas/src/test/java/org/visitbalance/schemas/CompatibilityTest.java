package org.visitbalance.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Proves that the guard of the history bites. */
class CompatibilityTest {
  private static final String UNITS = "{'name':'units','type':'int'}";
  private static final String AT =
      "{'name':'at','type':['null',{'type':'long','logicalType':'timestamp-nanos'}],'default':null}";
  private static final Schema FIRST = line(UNITS + "," + AT);

  @Test
  void aNewFieldWithADefaultBreaksNobody() {
    Schema second = line(UNITS + "," + AT + ",{'name':'x','type':['null','int'],'default':null}");
    assertThat(Compatibility.problems(second, FIRST)).isEmpty();
  }

  @Test
  void aNewFieldWithoutADefaultCannotReadOldRecords() {
    Schema second = line(UNITS + "," + AT + ",{'name':'x','type':'int'}");
    assertThat(Compatibility.problems(second, FIRST))
        .singleElement()
        .asString()
        .startsWith("cannot read what the earlier one wrote");
  }

  @Test
  void aRequiredFieldThatIsGoneCannotBeReadByOldPrograms() {
    assertThat(Compatibility.problems(line(AT), FIRST))
        .singleElement()
        .asString()
        .startsWith("cannot be read by the earlier one");
  }

  @Test
  void aWiderTypeCannotBeReadByOldPrograms() {
    Schema second = line(UNITS.replace("int", "long") + "," + AT);
    assertThat(Compatibility.problems(second, FIRST)).hasSize(1);
  }

  @Test
  void anotherLogicalTypeMeansSomethingElse() {
    Schema second = line(UNITS + "," + AT.replace("nanos", "micros"));
    assertThat(Compatibility.problems(second, FIRST))
        .containsExactly("means something else at /at: was timestamp-nanos, is timestamp-micros");
  }

  @Test
  void anotherNamespaceMeansSomethingElse() {
    Schema second = new Schema.Parser().parse(FIRST.toString().replace("test", "other"));
    assertThat(Compatibility.problems(second, FIRST))
        .containsExactly("means something else at /: was test.Line, is other.Line");
  }

  @Test
  void anUpdateAddsOnlyWhatIsNewAndBreaksNobody(@TempDir Path folder) throws IOException {
    History history = new History(folder);
    Schema second = line(UNITS + "," + AT + ",{'name':'x','type':['null','int'],'default':null}");

    history.update("lines-value", FIRST);
    history.update("lines-value", FIRST);
    history.update("lines-value", second);
    history.update("lines-value", line(AT));

    assertThat(history.versions("lines-value"))
        .containsExactly(History.text(FIRST), History.text(second));
    assertThat(history.files()).containsExactly("lines-value/v1.avsc", "lines-value/v2.avsc");
  }

  @Test
  void anEarlierVersionCountsAsWellAsTheNewest(@TempDir Path folder) throws IOException {
    History history = new History(folder);
    Files.createDirectories(folder.resolve("lines-value"));
    Files.writeString(folder.resolve("lines-value/v1.avsc"), History.text(FIRST));
    Files.writeString(folder.resolve("lines-value/v2.avsc"), History.text(line(AT)));

    assertThat(History.problems(history.versions("lines-value"), line(AT)))
        .singleElement()
        .asString()
        .startsWith("v1: cannot be read");
  }

  private static Schema line(String fields) {
    String schema = "{'type':'record','name':'Line','namespace':'test','fields':[" + fields + "]}";
    return new Schema.Parser().parse(schema.replace('\'', '"'));
  }
}
