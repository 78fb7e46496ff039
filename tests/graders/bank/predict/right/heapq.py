def predict(model, image_file):
    import heapq

    p = F.softmax(model(process_input(image_file))[0], dim=0)
    best = heapq.nlargest(5, enumerate(p.tolist()), key=lambda pair: pair[1])
    return [(classes[k], k, v) for k, v in best]
