namespace Recsys.Storage.Archive;

/// <summary>A column of a table.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">What it holds.</param>
public sealed record TableColumn(string Name, ColumnType Type)
{
    /// <summary>Whether earlier versions wrote files without it, whose rows have no value there.</summary>
    public bool IsLater { get; init; }
}
