namespace Recsys.Tests.Storage;

/// <summary>One user's part of a random commit.</summary>
/// <param name="User">Which of the users.</param>
/// <param name="Expect">Which revision to expect.</param>
/// <param name="State">Length of the new state; null: as it is.</param>
/// <param name="Profile">Length of the new profile; null: as it is.</param>
/// <param name="Hashes">Hashes of the appended events; 0 appends an exposure.</param>
/// <param name="Undo">Picks among the sequences that the store has given out, also to other users.</param>
internal sealed record ModelCommit(int User, Expectation Expect, int? State, int? Profile, ulong[] Hashes, int[] Undo)
{
    public override string ToString() =>
        $"{User} expects {Expect} state {State} profile {Profile} hashes [{string.Join(", ", Hashes)}] undoes [{string.Join(", ", Undo)}]";
}
