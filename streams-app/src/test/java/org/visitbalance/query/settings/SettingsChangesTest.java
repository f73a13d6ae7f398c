package org.visitbalance.query.settings;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsChangesTest {
  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static List<String> says(String before, String after) {
    return SettingsChanges.between(json(before), json(after)).stream()
        .map(SettingsChanges.Change::says)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "{'zone':null} | {'zone':'America/New_York'} | Time zone: UTC (default) -> America/New_York",
        "{} | {'closeAfter':'P20D'} | Close automatically after: none -> 20 days",
        "{'missingAfter':'PT30S'} | {'missingAfter':'PT0S'} | Missing after: 30 seconds -> at once",
        "{'missingAfter':'PT1M30S'} | {'missingAfter':'PT0.5S'} | Missing after: 1 minute 30 seconds -> PT0.5S",
        "{} | {'payerRules':[{'payerId':'B','timelyFiling':'P0D'}]} | Payer B: added: file within 0 days",
        "{'closeAfter':'P20D'} | {} | Close automatically after: 20 days -> none",
        "{} | {'emrCountsEmpty':true} | EMR report counts notes without lines: no (default) -> yes",
        "{} | {'pseudoCodes':['COPAY','INSOVER','ADJ']} | Bookkeeping codes: added ADJ",
        "{'fees':{'97110':4500}} | {'fees':{'97110':123456}} | Fee 97110: $45.00 -> $1,234.56",
        "{'fees':{'97110':4500}} | {'fees':{}} | Fee 97110: $45.00 -> none",
        "{} | {'payerNames':{'B1':'Blue Cross'}} | Name of payer B1: none -> Blue Cross",
        "{} | {'payerRules':[{'payerId':'*','visitCap':4,'codeCap':{'97110':2},'removedCodes':[],'until':'2026-12-31'}]} | All other payers: added: visit cap 4, code cap 97110 2, until 12/31/2026",
        "{'payerRules':[{'payerId':'B','visitCap':4}]} | {'payerRules':[]} | Payer B: removed: visit cap 4",
        "{'payerRules':[{'payerId':'B','codeCap':{'97110':2}}]} | {'payerRules':[{'payerId':'B','codeCap':{'97110':1}}]} | Payer B: code cap 97110 2 -> 1",
        "{'payerRules':[{'payerId':'B','removedCodes':['97010']}]} | {'payerRules':[{'payerId':'B','removedCodes':['97014']}]} | Payer B: codes not paid added 97014; removed 97010",
        "{'payerRules':[{'payerId':'B','timelyFiling':'P90D'}]} | {'payerRules':[{'payerId':'B','timelyFiling':'P120D','from':'2027-01-01'}]} | Payer B: file within 90 days -> 120 days, from none -> 1/1/2027",
        "{} | {'locations':[{'clinicId':'C1','posCode':'11','locationId':'DTN','name':'Downtown'}]} | Clinic C1, POS 11: added: location DTN, name Downtown",
        "{'locations':[{'clinicId':'C1','locationId':'DTN'}]} | {'locations':[{'clinicId':'C1','locationId':'NBR'}]} | Clinic C1: location DTN -> NBR",
        "{'locations':[{'clinicId':'C1','locationId':'A'},{'clinicId':'C1','locationId':'B'}]} | {'locations':[{'clinicId':'C1','locationId':'B'},{'clinicId':'C1','locationId':'A'}]} | Locations: the order of the rows has changed",
      })
  void aDifferenceIsSaidInWords(String before, String after, String sentence) {
    assertThat(says(before, after)).containsExactly(sentence);
  }

  @Test
  void whatMeansTheSameIsNoDifference() {
    assertThat(says("{'zone':null,'fees':null}", "{}")).isEmpty();
    assertThat(says("{'missingAfter':'PT48H'}", "{'missingAfter':'P2D'}")).isEmpty();
    assertThat(says("{}", "{'heldWithin':'P4D','pseudoCodes':['COPAY','INSOVER']}")).isEmpty();
    assertThat(says("{'emrCountsNoCharge':true}", "{}")).isEmpty();
  }

  @Test
  void ofSeveralRowsOfAPayerThoseOfTheSameDaysBelongTogether() {
    String before =
        "{'payerRules':[{'payerId':'B','visitCap':4,'until':'2026-12-31'},"
            + "{'payerId':'B','visitCap':3,'from':'2027-01-01'}]}";
    String after =
        "{'payerRules':[{'payerId':'B','visitCap':2,'from':'2027-01-01'},"
            + "{'payerId':'B','visitCap':4,'until':'2026-12-31'}]}";

    assertThat(says(before, after)).containsExactly("Payer B: visit cap 3 -> 2 from 1/1/2027");
  }
}
