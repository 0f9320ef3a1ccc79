using Recsys.Tests.Inference.Taste;
using Recsys.Tests.Serving.Archive;
using Recsys.Tests.Serving.Steering;
using Recsys.Tests.Storage;

// Not how the tests are run: they start this program as a process of their own where they need one to kill, trace or measure.
switch (args)
{
    case ["store-writer", var path, var count]:
        return await StoreWriterChild.RunAsync(path, int.Parse(count, null));
    case ["store-throughput", .. var folder]:
        return await StoreThroughput.RunAsync(folder.Length == 0 ? Path.GetTempPath() : folder[0]);
    case ["archive-throughput", var events, .. var folder]:
        return await ArchiveThroughput.RunAsync(int.Parse(events, null), folder.Length == 0 ? Path.GetTempPath() : folder[0]);
    case ["taste-reference", var file, .. var numbers] when numbers.Length <= 2:
        return TasteReference.Run(file, numbers.Length > 0 ? int.Parse(numbers[0], null) : 64, numbers.Length > 1 ? int.Parse(numbers[1], null) : 8);
    case ["steering-reference", var store, .. var users] when users.Length <= 1:
        return await SteeringReference.RunAsync(store, users.Length > 0 ? int.Parse(users[0], null) : 200);
    default:
        await Console.Error.WriteLineAsync(
            "Known words: store-writer PATH COUNT, store-throughput [FOLDER], archive-throughput EVENTS [FOLDER], "
            + "taste-reference FILE [DIMENSIONS [PASSES]], steering-reference FILE.db [USERS]. Run the tests with ./test.");
        return 2;
}
