using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Recsys.Server.Validation;
using Recsys.V1;

namespace Recsys.ServerTests.Validation;

public sealed class UnpackedSizeTests
{
    private const int MessageBytes = 4 * 1024 * 1024;

    public static TheoryData<string> Requests =>
        [.. EventReflection.Descriptor.MessageTypes.Concat(RecommendationReflection.Descriptor.MessageTypes).Concat(CatalogReflection.Descriptor.MessageTypes)
            .Concat(UserReflection.Descriptor.MessageTypes).Where(type => type.Name.EndsWith("Request", StringComparison.Ordinal)).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Requests))]
    public void Message_that_passes_when_parsed_takes_no_more_than_twice_the_limit(string name)
    {
        var request = Find(name);
        foreach (var path in Paths(request, []))
        {
            // As many as fit into a message of the smallest value that each field can have, one level above it once.
            foreach (var value in (byte[][])[[], [0x61]])
            {
                if (value.Length > 0 && path[^1].FieldType == FieldType.Message) continue;
                var bytes = Hollow(path, value);
                while (UnpackedSize.IsTooMuch(bytes, request)) bytes = Hollow(path, value, bytes.Length * 9 / 10);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var message = request.Parser.ParseFrom(bytes);
                var taken = GC.GetAllocatedBytesForCurrentThread() - before;
                GC.KeepAlive(message);
                Assert.True(taken <= 2 * UnpackedSize.MaxBytes, $"{string.Join('.', path.Select(field => field.Name))}: {bytes.Length} bytes took {taken}");
            }
        }
    }

    [Fact]
    public void Fields_of_no_contract_when_there_are_many_are_too_much()
    {
        using var output = new MemoryStream();
        using (var writer = new CodedOutputStream(output, leaveOpen: true))
        {
            for (var number = 1_000; output.Length < MessageBytes - 100; number++)
            {
                writer.WriteTag(number, WireFormat.WireType.Varint);
                writer.WriteUInt64(1);
                writer.Flush();
            }
        }

        Assert.True(UnpackedSize.IsTooMuch(output.ToArray(), WriteEventsRequest.Descriptor));
    }

    [Fact]
    public void Largest_batches_of_the_contract_when_they_fit_into_a_message_pass()
    {
        var item = new Item { ItemId = "item", Title = "A title" };
        for (var i = 0; i < 100; i++) item.Attributes[$"attribute{i}"] = new AttributeValue { Number = i };
        for (var i = 0; i < 50; i++) item.Genres.Add($"genre {i}");
        var items = new BatchUpsertItemsRequest { Items = { Enumerable.Repeat(item, 1_000) } };
        Assert.InRange(items.CalculateSize(), 3_000_000, MessageBytes);
        Assert.False(UnpackedSize.IsTooMuch(items.ToByteArray(), BatchUpsertItemsRequest.Descriptor));

        var play = new Event { EventId = "event", UserId = "user", ItemId = "item", Type = EventType.Play, Context = new RequestContext { Device = "tv" } };
        for (var i = 0; i < 20; i++) play.Context.Attributes[$"key number {i}"] = new string('v', 128);
        var events = new WriteEventsRequest { Events = { Enumerable.Repeat(play, 1_000) } };
        Assert.InRange(events.CalculateSize(), 2_000_000, MessageBytes);
        Assert.False(UnpackedSize.IsTooMuch(events.ToByteArray(), WriteEventsRequest.Descriptor));

        var list = new RecommendRequest { UserIds = { "user" }, IncludeItemIds = { Enumerable.Range(0, 10).Select(i => $"item{i}") } };
        var lists = new StreamRecommendationsRequest { Subscriptions = { Enumerable.Repeat(list, 10_000) } };
        Assert.False(UnpackedSize.IsTooMuch(lists.ToByteArray(), StreamRecommendationsRequest.Descriptor));
    }

    private static MessageDescriptor Find(string name) =>
        new[] { EventReflection.Descriptor, RecommendationReflection.Descriptor, CatalogReflection.Descriptor, UserReflection.Descriptor }
            .Select(file => file.FindTypeByName<MessageDescriptor>(name)).First(type => type is not null);

    /// <summary>The ways to every field that can hold many small things.</summary>
    private static IEnumerable<FieldDescriptor[]> Paths(MessageDescriptor type, FieldDescriptor[] above)
    {
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => above.Length < 3))
        {
            if (field.IsRepeated) yield return [.. above, field];
            if (field.FieldType != FieldType.Message) continue;
            foreach (var path in Paths(field.MessageType, [.. above, field])) yield return path;
        }
    }

    private static byte[] Hollow(FieldDescriptor[] path, byte[] value, int length = MessageBytes)
    {
        var leaf = Field(path[^1], value);
        var content = new ArrayBufferWriter<byte>(length);
        while (content.WrittenCount + leaf.Length < length - 64) content.Write(leaf);
        return path[..^1].Reverse().Aggregate(content.WrittenSpan.ToArray(), (inner, field) => Field(field, inner));
    }

    private static byte[] Field(FieldDescriptor field, byte[] content)
    {
        using var output = new MemoryStream();
        using (var writer = new CodedOutputStream(output, leaveOpen: true))
        {
            writer.WriteTag(field.FieldNumber, WireFormat.WireType.LengthDelimited);
            writer.WriteBytes(UnsafeByteOperations.UnsafeWrap(content));
        }

        return output.ToArray();
    }
}
