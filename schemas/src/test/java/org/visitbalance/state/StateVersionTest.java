package org.visitbalance.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

class StateVersionTest {
  @Test
  void theVersionOfTheStoredStateChangesOnlyOnPurpose() {
    assertThat(StateVersion.current())
        .as(
            "The form of the stored state has changed. With the next release every service throws "
                + "its stores away and rebuilds them from the facts, which takes minutes to hours. "
                + "If that is meant, write the new version here; if not, undo the change of the "
                + "schemas in src/main/avro/state, or of the facts and outputs that they contain")
        .isEqualTo("5-8def4976282b123c");
  }

  @Test
  void theFormOfTheStoredSettingsChangesOnlyOnPurpose() {
    assertThat(StateVersion.of(0, List.of(StoredSettings.getClassSchema())))
        .as(
            "The form in which the stored state holds settings has changed, and the state holds "
                + "them as bytes, so its version does not follow. Increase StateVersion.MEANING "
                + "and write the new form here; if no other stored state was meant, undo the "
                + "change of StoredSettings, or of the payers' rules that it contains")
        .isEqualTo("0-d6d421f4ab99273d");
  }

  @Test
  void anotherFieldMakesAnotherVersion() {
    assertThat(versionOf("{'name':'units','type':'int'}"))
        .isNotEqualTo(
            versionOf(
                "{'name':'units','type':'int'},{'name':'note','type':'string','default':''}"));
  }

  @Test
  void anotherLogicalTypeMakesAnotherVersion() {
    String nanos = "{'type':'array','items':{'type':'long','logicalType':'timestamp-nanos'}}";
    assertThat(versionOf("{'name':'at','type':" + nanos + "}"))
        .isNotEqualTo(versionOf("{'name':'at','type':" + nanos.replace("nanos", "micros") + "}"));
  }

  @Test
  void aDocMakesNoOtherVersion() {
    assertThat(versionOf("{'name':'units','type':'int'}"))
        .isEqualTo(versionOf("{'name':'units','type':'int','doc':'Billed units.'}"));
  }

  @Test
  void anotherMeaningMakesAnotherVersion() {
    List<Schema> stored = StateVersion.STORED;
    assertThat(StateVersion.of(StateVersion.MEANING, stored)).isEqualTo(StateVersion.current());
    assertThat(StateVersion.of(StateVersion.MEANING + 1, stored))
        .isNotEqualTo(StateVersion.current());
  }

  private static String versionOf(String fields) {
    String schema = "{'type':'record','name':'Kept','fields':[" + fields + "]}";
    return StateVersion.of(1, List.of(new Schema.Parser().parse(schema.replace('\'', '"'))));
  }
}
