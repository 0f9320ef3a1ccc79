using Recsys.Datasets;
using Recsys.Server.Streaming;
using Recsys.Server.Validation;
using Recsys.Serving.Events;
using Recsys.Serving.Models;

namespace Recsys.Server.Commands;

/// <summary>The users of a data set that is evaluated on, in the order of their first events; read by the same rules as an import's.</summary>
internal sealed record TestFile
{
    /// <summary>The users with their events.</summary>
    public required IReadOnlyList<TestUser> Users { get; init; }

    /// <summary>Lines that can't be read, and events that a server would refuse.</summary>
    public required long Rejected { get; init; }

    /// <summary>Reads it whole.</summary>
    /// <exception cref="InvalidDataException">There isn't an event in it.</exception>
    public static TestFile Read(IDataset dataset, TimeProvider time, CancellationToken cancellationToken)
    {
        var progress = new ReadProgress();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var (users, order, refused) = (new Dictionary<string, List<WatchEvent>>(StringComparer.Ordinal), new List<string>(), 0L);
        foreach (var record in dataset.ReadEvents(progress, cancellationToken))
        {
            var violations = new FieldViolations();
            var read = EventReader.Read(DatasetMapping.ToMessage(record), now, violations);
            if (violations.Any)
            {
                refused++;
                continue;
            }

            if (!users.TryGetValue(read.UserId, out var events))
            {
                users.Add(read.UserId, events = []);
                order.Add(read.UserId);
            }

            events.Add(read);
        }

        if (order.Count == 0) throw new InvalidDataException($"There is no event in the test data ({dataset.Description}; {progress.RejectedLines:N0} lines can't be read).");
        return new() { Users = [.. order.Select(id => new TestUser(id, users[id]))], Rejected = progress.RejectedLines + refused };
    }
}
