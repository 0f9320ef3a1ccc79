namespace Recsys.Storage.Sqlite;

/// <summary>The numbers given out last, store-wide. None is ever given twice.</summary>
/// <param name="Revision">Of users and documents.</param>
/// <param name="Sequence">Of log entries of both streams.</param>
/// <param name="User">Of internal user numbers: a deleted user who comes back gets a new one.</param>
/// <param name="Item">Of item numbers.</param>
internal record struct StoreCounters(long Revision, long Sequence, long User, long Item);
