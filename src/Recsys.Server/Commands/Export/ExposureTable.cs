using Recsys.Storage.Archive;
using Recsys.V1;

namespace Recsys.Server.Commands.Export;

/// <summary>Exposures as rows, by the names that `recsys experiments estimate` looks for.</summary>
internal static class ExposureTable
{
    /// <summary>The column of the probability with which the placement without exploration would have put the item there.</summary>
    public const string Greedy = "greedy";

    /// <summary>The columns, in order.</summary>
    public static IReadOnlyList<TableColumn> Columns { get; } =
    [
        new("user_id", ColumnType.Text), new("item_id", ColumnType.Text), new("recommendation_id", ColumnType.Text), new("position", ColumnType.Whole), new("propensity", ColumnType.Real),
        new(Greedy, ColumnType.Whole), new("event_time", ColumnType.Time), new("experiment_id", ColumnType.Text), new("variant", ColumnType.Text), new("play", ColumnType.Whole),
        new("played_seconds", ColumnType.Real),
    ];

    /// <summary>Writes an exposure's values into a row.</summary>
    public static void Fill(Exposure exposure, Span<TableCell> row)
    {
        row[0] = TableCell.Of(exposure.UserId);
        row[1] = TableCell.Of(exposure.ItemId);
        row[2] = TableCell.Of(exposure.RecommendationId);
        row[3] = TableCell.Of((long?)exposure.Position);
        row[4] = TableCell.Of(exposure.HasPropensity ? exposure.Propensity : null);
        row[5] = TableCell.Of(exposure.ByRank ? 1L : 0);
        row[6] = TableCell.Of(Cells.Ms(exposure.EventTime));
        row[7] = TableCell.Of(exposure.ExperimentId);
        row[8] = TableCell.Of(exposure.Variant);
        row[9] = TableCell.Of(exposure.Played ? 1L : 0);
        row[10] = TableCell.Of((double?)exposure.PlayedSeconds);
    }
}
