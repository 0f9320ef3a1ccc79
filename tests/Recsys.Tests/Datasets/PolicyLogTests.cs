using ParquetSharp;
using Recsys.Datasets;
using Recsys.Datasets.Logs;

namespace Recsys.Tests.Datasets;

/// <summary>Logs of policies: columns found and mapped, bad rows named.</summary>
public sealed class PolicyLogTests : IDisposable
{
    private static readonly PolicyLogField[] Needed = [PolicyLogField.Propensity, PolicyLogField.Reward, PolicyLogField.Action];
    private readonly DatasetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_when_columns_have_usual_names_are_read_from_text_and_gzip()
    {
        const string text = ",timestamp,item_id,position,click,propensity_score,user_id\n0,2019,14,3,0,0.25,ana\n1,2019,2,1,1,1,\"b,ob\"\n";
        foreach (var path in new[] { _folder.File("log.csv", text), _folder.Gzip("log.csv.gz", text) })
        {
            var log = PolicyLog.Open(path, PolicyLogMapping.Parse(""), Needed, [PolicyLogField.Unit]);
            var progress = new ReadProgress();
            Assert.Equal([new(2, 0.25, 1, 0, "14", "ana"), new(3, 1, 1, 1, "2", "b,ob")], log.Read(progress, default));
            Assert.Equal((2, log.Bytes), (progress.LinesRead, progress.BytesRead));
            Assert.Equal(("user_id", null), (log.ColumnOf(PolicyLogField.Unit), log.ColumnOf(PolicyLogField.Probability)));
        }
    }

    [Fact]
    public void Rows_when_columns_are_mapped_by_name_and_number_are_read()
    {
        var path = _folder.File("log.tsv", "what\tp\tq\tliked\nx\t0.5\t0.1\ttrue\ny\t1e-3\t0\tno\n");
        var log = PolicyLog.Open(path, PolicyLogMapping.Parse("propensity=P, reward=4,action=what").With(PolicyLogField.Probability, "q"), [.. Needed, PolicyLogField.Probability], []);
        Assert.Equal([new(2, 0.5, 0.1, 1, "x", ""), new(3, 0.001, 0, 0, "y", "")], log.Read(new ReadProgress(), default));
    }

    [Fact]
    public void Rows_when_in_parquet_are_read_over_all_row_groups_and_bad_ones_named()
    {
        var path = Path.Combine(_folder.Path, "log.parquet");
        using (var file = new ParquetFileWriter(path, [new Column<long>("item"), new Column<double?>("pscore"), new Column<bool>("click"), new Column<string>("other")]))
        {
            foreach (var propensity in new double?[] { 0.5, 0.25, null })
            {
                using var rows = file.AppendRowGroup();
                using (var column = rows.NextColumn().LogicalWriter<long>()) column.WriteBatch([7, 8]);
                using (var column = rows.NextColumn().LogicalWriter<double?>()) column.WriteBatch([0.75, propensity]);
                using (var column = rows.NextColumn().LogicalWriter<bool>()) column.WriteBatch([true, false]);
                using (var column = rows.NextColumn().LogicalWriter<string>()) column.WriteBatch(["a", "b"]);
            }

            file.Close();
        }

        var (read, log) = (new List<PolicyLogRow>(), PolicyLog.Open(path, PolicyLogMapping.Parse(""), Needed, []));
        var problem = Assert.Throws<DatasetFormatException>(() =>
        {
            foreach (var row in log.Read(new ReadProgress(), default)) read.Add(row);
        }).Message;
        Assert.Equal([new(1, 0.75, 1, 1, "7", ""), new(2, 0.5, 1, 0, "8", ""), new(3, 0.75, 1, 1, "7", ""), new(4, 0.25, 1, 0, "8", ""), new(5, 0.75, 1, 1, "7", "")], read);
        Assert.EndsWith("log.parquet, row 6, column pscore: the propensity is empty.", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x,0,1", "line 3, column pscore: the propensity '0' must be above 0 and at most 1.")]
    [InlineData("x,1.5,1", "line 3, column pscore: the propensity '1.5' must be above 0 and at most 1.")]
    [InlineData("x,nan,1", "line 3, column pscore: the propensity 'nan' is not a number.")]
    [InlineData("x,,1", "line 3, column pscore: the propensity is empty.")]
    [InlineData("x,1e-40,1", "line 3, column pscore: the propensity '1e-40' is too small to divide by.")]
    [InlineData("x,0.5,many", "line 3, column reward: the reward 'many' is not a number.")]
    [InlineData("x,0.5,1e40", "line 3, column reward: the reward '1e40' is too large to be squared.")]
    [InlineData(",0.5,1", "line 3, column item: the action is empty.")]
    [InlineData("x,0.5", "line 3: expected 3 columns, found 2.")]
    [InlineData("x,\"0.5,1", "line 3: a quote isn't closed.")]
    public void Row_when_it_can_not_be_read_ends_the_reading_with_line_column_and_value(string line, string message)
    {
        var path = _folder.File("log.csv", $"item,pscore,reward\na,0.5,1\n{line}\nb,0.5,0\n");
        var log = PolicyLog.Open(path, PolicyLogMapping.Parse(""), Needed, []);
        Assert.Equal($"{path}, {message}", Assert.Throws<DatasetFormatException>(() => log.Read(new ReadProgress(), default).Count()).Message);
    }

    [Theory]
    [InlineData("propensity=p,reward=clicks", "has no column 'clicks'; its columns are item, p, reward.")]
    [InlineData("", "holds the propensity; map one, e.g. propensity=COLUMN. Its columns are item, p, reward.")]
    [InlineData("reward", "not of the form field=column")]
    [InlineData("score=p", "names no known field; the fields are propensity, reward, action, unit, probability.")]
    [InlineData("1=p", "names no known field")]
    [InlineData("reward=p,reward=item", "names the field 'reward' twice")]
    public void Mapping_when_it_does_not_fit_is_refused(string mapping, string reason)
    {
        var path = _folder.File("log.csv", "item,p,reward\n");
        Assert.Contains(reason, Assert.Throws<DatasetFormatException>(() => PolicyLog.Open(path, PolicyLogMapping.Parse(mapping), Needed, [])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\"item,p", "has no line of delimited text")]
    [InlineData("PAR1 and no more", "is no whole Parquet file")]
    public void File_when_it_is_no_log_is_refused(string text, string reason)
    {
        var path = _folder.File("log.csv", text);
        Assert.Contains(reason, Assert.Throws<DatasetFormatException>(() => PolicyLog.Open(path, PolicyLogMapping.Parse(""), Needed, [])).Message, StringComparison.Ordinal);
    }
}
