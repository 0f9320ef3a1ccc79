using Recsys.Storage;

namespace Recsys.Tests.Storage;

/// <summary>One step of a random history. Users, items and documents are small numbers that <see cref="StoreHistory"/> maps to awkward ids.</summary>
internal abstract record StoreOperation
{
    /// <summary>Changes several users at once; <see cref="AdvanceMs"/> passes before.</summary>
    public sealed record Commit(long AdvanceMs, ModelCommit[] Commits) : StoreOperation
    {
        public override string ToString() => $"Commit(+{AdvanceMs} ms, [{string.Join(", ", (object[])Commits)}])";
    }

    /// <summary>Fills a user's duplicate window with hashes from <see cref="FirstHash"/> on.</summary>
    public sealed record Fill(int User, int Count, ulong FirstHash) : StoreOperation;

    public sealed record DeleteUser(int User) : StoreOperation;

    public sealed record Allocate(int Namespace, int[] Items) : StoreOperation
    {
        public override string ToString() => $"Allocate({Namespace}, [{string.Join(", ", Items)}])";
    }

    public sealed record Put(ModelPut[] Puts) : StoreOperation
    {
        public override string ToString() => $"Put([{string.Join(", ", (object[])Puts)}])";
    }

    /// <summary>Reads by every member in pages of this size and compares.</summary>
    public sealed record Compare(int PageSize, int User, LogStream Stream) : StoreOperation;
}
