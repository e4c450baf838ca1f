package dev.throttle.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.svg.SVGProcessor;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Two panels, 429s and use, with a group of bars for each limiter and a bar for each provider. */
final class ComplianceChart {

  private static final int PANEL_WIDTH = 600;
  private static final int FRAME_HEIGHT = 120;

  /** Where groups are closer, the chart leaves out the names of some. */
  private static final int GROUP_HEIGHT = 84;

  private static final Color[] COLORS = {
    new Color(0x1F4E79), new Color(0x2E9E8F), new Color(0xE0A030)
  };

  /** Half of the file would be digits behind the hundredth of a pixel. */
  private static final Pattern TOO_PRECISE = Pattern.compile("(\\.\\d\\d)\\d+");

  private final List<ComplianceRow> rows;
  private final int height;

  /** Leaves out the client without a limiter: its bar would make all others too short to see. */
  ComplianceChart(List<ComplianceRow> rows) {
    this.rows = rows.stream().filter(row -> row.contender() != Contender.NONE).toList();
    long groups = this.rows.stream().map(ComplianceRow::contender).distinct().count();
    this.height = FRAME_HEIGHT + GROUP_HEIGHT * (int) groups;
  }

  /** Writes an SVG; needs no display. */
  void write(Path file) throws IOException {
    VectorGraphics2D canvas = new VectorGraphics2D();
    draw(canvas);
    ByteArrayOutputStream svg = new ByteArrayOutputStream();
    new SVGProcessor()
        .getDocument(canvas.getCommands(), new PageSize(2 * PANEL_WIDTH, height))
        .writeTo(svg);
    Files.writeString(file, TOO_PRECISE.matcher(svg.toString(UTF_8)).replaceAll("$1"));
  }

  void draw(Graphics2D canvas) {
    panel("calls answered 429, % (less is better)", ComplianceRow::rejectedPercent, "0.0")
        .paint(canvas, PANEL_WIDTH, height);
    canvas.translate(PANEL_WIDTH, 0);
    panel("use of the limit, %", ComplianceRow::usePercent, "0").paint(canvas, PANEL_WIDTH, height);
  }

  private HorizontalBarChart panel(
      String title, ToDoubleFunction<ComplianceRow> value, String numbers) {
    HorizontalBarChart chart =
        new HorizontalBarChartBuilder().width(PANEL_WIDTH).height(height).title(title).build();
    double roomForLabels = 1.12;
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
    chart
        .getStyler()
        .setLabelsVisible(true)
        .setLabelsFont(font)
        .setLabelsPosition(1.1)
        .setXAxisDecimalPattern(numbers)
        .setXAxisMin(0.0)
        .setXAxisMax(roomForLabels * rows.stream().mapToDouble(value).max().orElse(1))
        .setAxisTickLabelsFont(font)
        .setPlotGridHorizontalLinesVisible(false)
        .setDecimalPattern(numbers)
        .setSeriesColors(COLORS)
        .setChartBackgroundColor(Color.WHITE)
        .setChartTitleBoxVisible(false)
        .setLegendPosition(LegendPosition.OutsideS)
        .setLegendLayout(LegendLayout.Horizontal)
        .setLegendFont(font);
    for (String provider : rows.stream().map(ComplianceRow::provider).distinct().toList()) {
      List<ComplianceRow> series =
          rows.stream().filter(row -> row.provider().equals(provider)).toList();
      chart.addSeries(
          provider,
          series.stream().map(value::applyAsDouble).toList(),
          series.stream().map(row -> row.contender().label()).toList());
    }
    return chart;
  }
}
