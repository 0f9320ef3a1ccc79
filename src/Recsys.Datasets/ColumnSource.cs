namespace Recsys.Datasets;

/// <summary>Where a field comes from.</summary>
/// <param name="Column">The column's name (for JSON: the property's, with dots for nested ones) or its number from 1.</param>
/// <param name="Unit">Of positions and durations: what one is. Null: by the name's ending (`_ms`, `hours`, ...), else seconds.</param>
/// <param name="Negated">Of flags: the event happens where the flag isn't set.</param>
public sealed record ColumnSource(string Column, TimeSpan? Unit = null, bool Negated = false);
