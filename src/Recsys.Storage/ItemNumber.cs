namespace Recsys.Storage;

/// <summary>An item's store-wide number.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Namespace">Whose item.</param>
/// <param name="ItemId">The caller's id.</param>
public readonly record struct ItemNumber(uint Number, string Namespace, string ItemId);
