using CsCheck;
using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>Random histories.</summary>
internal static class StoreOperations
{
    private const long HourMs = 3600 * 1000;

    // Mostly what succeeds, so that histories get somewhere.
    private static readonly Gen<Expectation> Expectations = Gen.Frequency(
        (6, Gen.Const(Expectation.Current)), (1, Gen.Const(Expectation.None)), (1, Gen.Const(Expectation.Stale)), (2, Gen.Const(Expectation.Any)));

    // Up to more than a page, so that rows overflow.
    private static readonly Gen<int?> Lengths = Gen.Frequency(
        (3, Gen.Const((int?)null)), (1, Gen.Const((int?)0)), (6, Gen.Int[1, 300].Select(n => (int?)n)), (1, Gen.Int[4000, 9000].Select(n => (int?)n)));

    private static readonly Gen<int?> ContentLengths = Gen.Frequency((1, Gen.Const((int?)null)), (4, Gen.Int[0, 200].Select(n => (int?)n)));

    private static readonly Gen<ModelCommit> Commits = Gen.Select(
        Gen.Int[0, StoreHistory.UserCount - 1],
        Expectations,
        Lengths,
        Lengths,
        Gen.ULong[0, 12].Array[0, 5],
        Gen.Int[0, 60].Array[0, 3],
        (user, expect, state, profile, hashes, undo) => new ModelCommit(user, expect, state, profile, hashes, undo));

    private static readonly Gen<ModelPut> Puts = Gen.Select(
        Gen.Int[0, 1],
        Gen.Int[0, StoreHistory.NamespaceCount - 1],
        Gen.Int[0, 5],
        Expectations,
        ContentLengths,
        (collection, ns, key, expect, content) => new ModelPut(collection, ns, key, expect, content));

    private static readonly Gen<long> Advances = Gen.Frequency(
        (8, Gen.Long[0, 1000]), (2, Gen.Long[0, 30 * HourMs]), (1, Gen.Const(24 * HourMs)), (1, Gen.Const(24 * HourMs + 1)));

    private static readonly Gen<StoreOperation> One = Gen.Frequency(
        (10, Gen.Select(Advances, Commits.Array[1, 5], (advance, commits) =>
            (StoreOperation)new StoreOperation.Commit(advance, [.. commits.DistinctBy(c => c.User)]))),
        (1, Gen.Select(Gen.Int[0, StoreHistory.UserCount - 1], Gen.Int[900, 1100], Gen.ULong[1000, 3000], (user, count, hash) =>
            (StoreOperation)new StoreOperation.Fill(user, count, hash))),
        (2, Gen.Int[0, StoreHistory.UserCount - 1].Select(user => (StoreOperation)new StoreOperation.DeleteUser(user))),
        (2, Gen.Select(Gen.Int[0, StoreHistory.NamespaceCount - 1], Gen.Int[0, 9].Array[0, 6], (ns, items) =>
            (StoreOperation)new StoreOperation.Allocate(ns, items))),
        (4, Puts.Array[1, 4].Select(puts => (StoreOperation)new StoreOperation.Put(puts))),
        (4, Gen.Select(Gen.Int[1, 9], Gen.Int[0, StoreHistory.UserCount - 1], Gen.Bool, (size, user, events) =>
            (StoreOperation)new StoreOperation.Compare(size, user, events ? LogStream.Events : LogStream.Exposures))));

    /// <summary>A history of up to 40 operations.</summary>
    public static Gen<StoreOperation[]> Histories { get; } = One.Array[1, 40];
}
