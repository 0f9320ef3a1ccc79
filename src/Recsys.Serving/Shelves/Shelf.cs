using Recsys.Serving.Lists;

namespace Recsys.Serving.Shelves;

/// <summary>One shelf.</summary>
/// <param name="Kind">As asked.</param>
/// <param name="Index">Its place in the request.</param>
/// <param name="TitleKey">By which an app finds its title.</param>
/// <param name="TitleArgs">What the title names.</param>
/// <param name="List">Its items.</param>
public sealed record Shelf(ShelfKind Kind, int Index, string TitleKey, IReadOnlyDictionary<string, string> TitleArgs, RankedList List);
