using Recsys.Datasets;
using Recsys.Datasets.Reading;

namespace Recsys.Tests.Datasets;

public sealed class TextRulesTests
{
    [Theory]
    [InlineData("1433221332", 1433221332000)]
    [InlineData("1433221332117", 1433221332117)]
    [InlineData("1433221332117000", 1433221332117)]
    [InlineData("1433221332117000000", 1433221332117)]
    [InlineData("1396860669.277", 1396860669277)]
    [InlineData("1.433221332e9", 1433221332000)]
    [InlineData("2014-04-07", 1396828800000)]
    [InlineData("2019-11-24 00:01:03.979311+00:00", 1574553663979)]
    [InlineData("2019-11-24T01:01:03+01:00", 1574553663000)]
    public void A_time_is_read_when_it_is_Unix_or_ISO(string text, long expectedMs)
    {
        Assert.True(TimeText.TryParse(text, out var timeMs));
        Assert.Equal(expectedMs, timeMs);
    }

    [Theory]
    [InlineData("5 June")]
    [InlineData("12:30")]
    [InlineData("NaN")]
    [InlineData("99999999999999999999")]
    [InlineData("2019-13-01")]
    [InlineData("")]
    public void A_time_is_refused_when_it_is_neither(string text) => Assert.False(TimeText.TryParse(text, out _));

    [Theory]
    [InlineData("Watch", DatasetEventType.Play)]
    [InlineData("EVENT_TYPE_PLAY_STOP", DatasetEventType.PlayStop)]
    [InlineData("add-to-cart", DatasetEventType.Like)]
    [InlineData("thumbs down", DatasetEventType.Dislike)]
    [InlineData("Transaction", DatasetEventType.Purchase)]
    public void A_type_is_found_by_any_of_its_names(string name, DatasetEventType expected)
    {
        Assert.True(EventTypeNames.TryParse(name, out var type));
        Assert.Equal(expected, type);
    }

    [Theory]
    [InlineData("user")]
    [InlineData("user=")]
    [InlineData("=x")]
    [InlineData("colour=x")]
    [InlineData("user=a,user=b")]
    public void A_mapping_is_refused_when_it_is_malformed(string text) => Assert.Throws<DatasetFormatException>(() => ColumnMapping.Parse(text));

    [Fact]
    public void A_mapping_keeps_colons_that_are_no_unit()
    {
        var mapping = ColumnMapping.Parse(" user = ns:user , position=played:ms,like=!bad");

        Assert.Equal(new ColumnSource("ns:user"), mapping.Sources[ColumnField.User]);
        Assert.Equal(new ColumnSource("played", TimeSpan.FromMilliseconds(1)), mapping.Sources[ColumnField.Position]);
        Assert.Equal(new ColumnSource("bad", null, true), mapping.Sources[ColumnField.Like]);
    }
}
